"""Ten thousand forms filled in by nobody in their senses: each is answered, none breaks anything on our side.

`make test` sends ten thousand, in ten parts with a seed each; FUZZED_FORMS=100000 sends others, and more.
"""

import io
import os
import random
from collections import Counter

import pytest

from tests.isolation import routes
from tests.web.page import Page
from webapp.web.access import ROLES

PARTS = 10
POSTS = int(os.environ.get("FUZZED_FORMS", "10000")) // PARTS
LEAVES = {"account.logout", "account.choose_store"}
"""Forms after which the next ones would be another person's."""

HOSTILE = (
    *("", " ", "\x00", "a\x00b", "\ud800", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE push; --"),
    *("-1", "0", "1e999", "NaN", "٣", "9" * 40, "1.005", "1,5", "0x10", "+1", "1_000", "2147483648"),
    *("9223372036854775808", "0000-00-00", "9999-12-31", "0001-01-01", "2026-02-30", "2026-11-26T25:61", "24:00"),
    *(
        "::1",
        "http://169.254.169.254/",
        "javascript:alert(1)",
        "//evil.example",
        "../../etc/passwd",
        "%s%s%n",
        "{{7*7}}",
    ),
    *("\r\nSet-Cookie: a=b", "y" * 70_000, "🦆" * 300, "\u202eabc", "a@b", "IT", "on", "y", "None", "null", "[]", "{}"),
    *("1;2", "a=b&c=d", "\t\n", "/orders/"),
)
STRAY = ("q", "id", "lines-0-sku", "units_1", "\x00", "", "order", "all", "file")
"""Names that some form may have, sent to any."""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def forms_of(client, app, estate) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Return endpoint -> (path, fields as the page offers them) of every form that the estate's pages show."""
    where, found = app.url_map.bind("localhost"), {}
    pages = {estate.address(rule) for verb, rule in routes.pages(app) if verb == "GET"}
    for path in sorted(pages):
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in Page(answer).whole.all("form", method="post"):
            action = (form.attributes.get("action") or path).partition("?")[0]
            endpoint = where.match(action, method="POST")[0]
            fields = {one.attributes["name"]: one.attributes.get("value", "") for one in named_fields(form)}
            found.setdefault(endpoint, []).append((action, fields))
    return found


def named_fields(form):
    return [one for one in form.all("input", "textarea", "select", "button") if one.attributes.get("name")]


def nonsense(chance: random.Random, fields: dict[str, str]) -> dict[str, object]:
    """Return the form as somebody might send it who has seen its names, or some of them, and nothing else."""
    sent: dict[str, object] = {}
    for name, value in fields.items():
        if name == "csrf_token" or chance.random() < 0.1:
            continue
        kind = chance.random()
        sent[name] = value if kind < 0.4 else [chance.choice(HOSTILE) for _ in range(1 if kind < 0.95 else 3)]
    if chance.random() < 0.1:
        sent[chance.choice(["q", "id", "lines-0-sku", "units_1", "\x00", "", "order", "all", "file"])] = chance.choice(
            HOSTILE
        )
    if chance.random() < 0.05:
        sent["file"] = (io.BytesIO(chance.randbytes(chance.randrange(2_000))), "a.csv")
    return sent


def encodable(sent: dict[str, object]) -> dict[str, object]:
    """A browser sends no half of a surrogate pair; it is sent as the bytes that a program might send for it."""

    def clean(value):
        return value.encode("utf-8", "surrogatepass").decode("latin-1") if isinstance(value, str) else value

    return {
        clean(n): [clean(v) for v in value] if isinstance(value, list) else clean(value) for n, value in sent.items()
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks_whatever_is_in_it(part, app, cast, estates, as_user):
    chance = random.Random(part)
    role = ROLES[part % len(ROLES)][0]
    client = as_user(getattr(cast, role))
    forms = forms_of(client, app, estates["logistics"])
    doors = sorted(forms.keys() - LEAVES)
    assert len(doors) > (20 if role == "clerk" else 60), doors
    met: Counter[int] = Counter()
    for turn in range(POSTS):
        action, fields = chance.choice(forms[doors[turn % len(doors)]])
        sent = encodable(nonsense(chance, fields))
        answer = client.post(action, data=sent, headers=chance.choice([{}, {"HX-Request": "true"}]))
        met[answer.status_code] += 1
        assert answer.status_code < 500, f"{action} {sent!r}: {answer.status_code}\n{answer.text[:500]}"
        if answer.headers.get("Location", answer.headers.get("HX-Redirect", "")).startswith("/login"):
            client = as_user(getattr(cast, role))
    assert met[422] > POSTS / 20 and met[303] + met[204] > POSTS / 20, met
