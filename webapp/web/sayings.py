"""What the layers below say in English, in the reader's language.

Those layers know no language, and what they said is kept in English. So a text is recognised where it is shown, by its
form: `{0} units assigned to {1}`. The forms stand in the catalogues, in the context `said`; `tests.sayings` finds them.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import Formatter
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from flask import Flask
from markupsafe import Markup

from webapp.domain import cancel_status, order_status, shipment_status, waybill_status
from webapp.web.languages import catalogue, language, texts

CONTEXT = "said"

LONGEST = 1_000
"""What is longer is no sentence of ours."""

TELLING = 6
"""A form whose own letters and signs count for less, such as `{0} of {1}`, must be borne out by its values."""

DEEPEST = 3
"""Sayings within values within sayings; what lies deeper stays as it is."""

STATUSES = frozenset(
    name
    for words in (order_status.STATUSES, shipment_status.STATUSES, waybill_status.STATUSES, cancel_status.STATUSES)
    for _, name in words
)
_SENTENCES = re.compile(r"(?<=[.?!]) (?=[^a-z])")
_MONTH = re.compile(r"([A-Z][a-z]+) (\d{4})")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._/-]*")


@dataclass(frozen=True)
class Saying:
    """One form: what stands between its values, and what it is called in another language."""

    parts: tuple[str, ...]
    order: tuple[int, ...]
    """The number of each value, in the order in which the form has them."""
    translated: str

    @classmethod
    def of(cls, form: str, translated: str) -> "Saying":
        """Take a form apart: `{0}` is a value, `{{` a brace."""
        parts, order = [""], []
        for literal, number, _, _ in Formatter().parse(form):
            parts[-1] += literal
            if number is not None:
                order.append(int(number))
                parts.append("")
        return cls(tuple(parts), tuple(order), translated)

    @cached_property
    def longest(self) -> str:
        """Return the part by which a text is quickly seen not to have this form."""
        return max(self.parts, key=len)

    @cached_property
    def weight(self) -> int:
        """Tell how surely the form is known by its own words: a letter counts one, any other sign three."""
        return sum(1 if sign.isalnum() else 3 for part in self.parts for sign in part if not sign.isspace())

    @cached_property
    def word(self) -> str:
        """Return the longest word that stands between blanks in every text of this form; empty where there is none."""
        found = [""]
        for place, part in enumerate(self.parts):
            words = part.split()
            if words and place > 0 and not part[0].isspace():
                del words[0]
            if words and place < len(self.parts) - 1 and not part[-1].isspace():
                del words[-1]
            found += words
        return max(found, key=len)

    def values(self, text: str) -> list[str] | None:
        """Return the values of a text of this form; None for another text. Each value is as short as may be."""
        first, *rest = self.parts
        if not text.startswith(first) or not text.endswith(self.parts[-1]):
            return None
        if not rest:
            return [] if text == first else None
        found, place, end = [], len(first), len(text) - len(rest[-1])
        for part in rest[:-1]:
            following = text.find(part, place, end)
            if following < 0:
                return None
            found.append(text[place:following])
            place = following + len(part)
        return [*found, text[place:end]] if place <= end else None


def said(text: Any, tongue: str = "") -> Any:
    """Return a text of the layers below in the reader's language; as it is where it isn't known, or holds markup.

    What is read when the request is over, such as a file, names the `language()` that the request had.
    """
    tongue = tongue or language()
    if tongue == "en" or not text or isinstance(text, Markup):
        return text
    return _said(str(text), tongue)


def listed(texts: Iterable[str]) -> str:
    """Return texts of the layers below in the reader's language, with commas between them."""
    return ", ".join(texts if language() == "en" else map(said, texts))


def register(app: Flask) -> None:
    """Give the pages the filters `said` and `listed`."""
    app.jinja_env.filters.update(said=said, listed=listed)


@lru_cache(8192)
def _said(text: str, tongue: str) -> str:
    return _read(text, tongue, 0).text if len(text) <= LONGEST else text


@lru_cache(8)
def _sayings(tongue: str) -> tuple[dict[str, str], dict[str, list[tuple[int, Saying]]]]:
    """Return the sayings without values, and the others with their ranks by a word that their texts have.

    Those come first that begin with words of their own.
    """
    fixed, forms = {}, []
    for message in texts(tongue):
        if message.context == CONTEXT and message.string:
            saying = Saying.of(str(message.id), str(message.string))
            if saying.order:
                forms.append(saying)
            else:
                fixed[saying.parts[0]] = saying.translated.format()
    by_word: dict[str, list[tuple[int, Saying]]] = defaultdict(list)
    for rank, saying in enumerate(sorted(forms, key=lambda saying: (not saying.parts[0], -saying.weight))):
        by_word[saying.word].append((rank, saying))
    return fixed, dict(by_word)


class Reading(NamedTuple):
    """What a text is in another language, and how many of its letters no form accounts for."""

    text: str
    unknown: int


@lru_cache(8192)
def _read(text: str, tongue: str, depth: int) -> Reading:
    """Return the reading that leaves least unknown: as it stands, by a form, by its sentences, or as a list."""
    fixed, by_word = _sayings(tongue)
    if (word := fixed.get(text) or _word(text, tongue)) is not None:
        return Reading(word, 0)
    best = Reading(text, sum(map(str.isalpha, text)))
    if depth > DEEPEST or not best.unknown:
        return best
    if (items := _parts(text.split(", "), ", ", tongue, depth)) and not items.unknown:
        return items
    if (sentences := _parts(_SENTENCES.split(text), " ", tongue, depth)) and sentences.unknown < best.unknown:
        best = sentences
    known = {"", *text.split()} & by_word.keys()
    for _, saying in sorted(ranked for word in known for ranked in by_word[word]):
        if not best.unknown:
            break
        if saying.longest in text and (values := saying.values(text)) is not None:
            read = [_read(value, tongue, depth + 1) for value in values]
            unknown = sum(one.unknown for one in read)
            if unknown < best.unknown and (saying.weight >= TELLING or _bear_out(saying, values, read)):
                shown = dict(zip(saying.order, (one.text for one in read), strict=True))
                best = Reading(saying.translated.format(*(shown[place] for place in range(len(shown)))), unknown)
    return best


def _parts(parts: list[str], joint: str, tongue: str, depth: int) -> Reading | None:
    """Read each part by itself; None where there is but one."""
    read = [_read(part, tongue, depth + 1) for part in parts] if len(parts) > 1 else []
    return Reading(joint.join(one.text for one in read), sum(one.unknown for one in read)) if read else None


def _bear_out(saying: Saying, values: list[str], read: list[Reading]) -> bool:
    """Tell whether values bear out a form that says little by itself: `3 of MUG`, and not `Out of order`."""
    known = [one.text != value for one, value in zip(read, values, strict=True)]
    if not any(sign.isalpha() for part in saying.parts for sign in part):
        return any(known)
    if any(" " in value and not sure for value, sure in zip(values, known, strict=True)):
        return False
    return any(known) or any(value.isdigit() for value in values) or all(map(_CODE.fullmatch, values))


def _word(text: str, tongue: str) -> str | None:
    """Return a status or a month in the other language; None for anything else."""
    status = text.replace("_", " ").capitalize()
    if status in STATUSES:
        word = catalogue(tongue).gettext(status)
        return word if text[0].isupper() else word.lower()
    month = _MONTH.fullmatch(text)
    return _month(month[1], month[2], tongue) if month else None


def _month(name: str, year: str, tongue: str) -> str | None:
    try:
        return str(format_skeleton("yMMMM", dt.datetime.strptime(f"{name} {year}", "%B %Y"), locale=tongue))
    except ValueError:
        return None
