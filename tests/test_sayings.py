"""What the layers below the pages say has its Italian, with the same values in it, and nothing of it is passed over."""

from string import Formatter

import pytest
from babel.messages.pofile import read_po

from tests import sayings
from webapp.web.languages import CATALOGUES
from webapp.web.sayings import CONTEXT


@pytest.fixture(scope="module")
def italian() -> dict[str, str]:
    with (CATALOGUES / "it.po").open("rb") as file:
        return {one.id: one.string for one in read_po(file, locale="it") if one.context == CONTEXT}


def holes(form: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(form) if name is not None})


def found(source: str) -> list[str]:
    return [form for _, form in sayings.forms_of(source)]


def test_everything_that_is_said_has_its_italian_and_nothing_else_is_kept(italian):
    wanted = sayings.sayings()
    assert len(wanted) > 900
    left = [f"{place}: {form}" for form, place in wanted.items() if not italian.get(form)]
    assert left == [], "`make texts` writes them into webapp/translations:\n" + "\n".join(left)
    assert sorted(italian.keys() - wanted.keys()) == []


def test_the_italian_has_the_same_values(italian):
    assert {form: text for form, text in italian.items() if holes(form) != holes(text)} == {}


@pytest.mark.parametrize(
    ("source", "forms"),
    [
        ("raise Conflict('a_code', 'It is on hold already.')", ["It is on hold already."]),
        ("told = f'Carriers of {channel.name} changed'", ["Carriers of {0} changed"]),
        ('tell(f\'{count} {"line" if count == 1 else "lines"} left\')', ["{0} line left", "{0} lines left"]),
        ("tell('The file ' + name + ' is empty')", ["The file {0} is empty"]),
        ("WORDS = {'gone': 'No longer {what} there'}", ["No longer {0} there"]),
        ("tell('Put {code} where it belongs.')", ["Put {{code}} where it belongs."]),
        ("raise NotFound('order')", ["There is no such order."]),
        (
            "def go():\n  word = 'is told' if on else f'is not told {why}'\n  tell(f'Channel {name} {word}')",
            ["Channel {0} is told", "Channel {0} is not told {1}"],
        ),
        ("def go():\n  '''Say nothing to anybody.'''\n  log.info('nothing was said')", []),
        ("execute_sql('SELECT id FROM event WHERE id = ?')", []),
    ],
)
def test_a_sentence_is_found_in_the_source_by_its_form(source, forms):
    assert found(source) == forms
