"""Find the sentences that the layers below the pages say in English, as forms: `{0}`, `{1}` … stand for values.

`python -m tests.sayings` lists them with their places. `make texts` puts them into the catalogues (see `extract`).
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from tests.texts import ROOT
from webapp.web.sayings import CONTEXT

Choices = dict[str, ast.expr]

LAYERS = ("domain", "models", "actions", "wire", "connectors", "jobs")

MARKED = ("webapp/wire/letters.py", "webapp/connectors/labels/")
"""Where languages are known and texts are marked as on pages."""

UNSAID = {
    *("execute_sql", "ask", "SQL", "constraint", "getattr", "setattr", "compile", "sub", "split", "encode"),
    *("header", "startswith", "endswith", "removeprefix", "removesuffix", "isinstance", "cast", "repr", "for_update"),
}
"""Functions whose texts nobody reads."""

NOT_FOR_PEOPLE = {
    *("SET NULL", "COPY \x00 FROM STDIN", "UNION ALL", "LISTEN \x00", "text/xml; charset=utf-8", "small right"),
    *("'Content-Type: application/json'", "Basic \x00", "Bearer \x00", "Order id not found", "Default Title"),
    *("Via delle Prove 1", "paola prova roma", "typed by", "no payment", "CASH ON DELIVERY"),
    *("A parcel of your order has been shipped", "A parcel of your order has been shipped with \x00"),
    *(", tracking number \x00", ", tracking number \x00 – \x00", "{ shopMoney { amount } }"),
    "firstName lastName company address1 address2 city provinceCode zip countryCodeV2 phone",
    "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber",
    "... on ErrorResult { errorCode message } ... on FulfillmentStateTransitionError { transitionError }",
}
"""What looks like a sentence and is for programs, for a shop's buyers or a test."""

NAMES = {
    *("La Poste", "Poste Italiane", "Royal Mail", "DHL Express", "TNT Express", "An Post", "Cyprus Post"),
    *("Deutsche Post", "DHL eCommerce", "DHL Parcel", "DPD UK", "GLS Italy", "La Poste Colissimo", "Mondial Relay"),
    *("Swiss Post", "Poczta Polska", "Posten Norge (Bring)", "Crossdock", "Sandbox shop"),
}
"""Names that are the same everywhere."""

HOLE = "\x00"

_CODE = re.compile(
    r"\s*(\(?SELECT|UPDATE|INSERT|DELETE|CREATE|WITH|PRAGMA|FOR|query|mutation|fragment) |(GET|POST|PUT) \S+$"
)
_SQL = re.compile(r" IN \(|IS NULL|(?:^|\W)[\w\"']+ (?:[<>=]+|<>) [\w\"']|^\"|^order,date,")
_WORDS = re.compile(r"[A-Za-z’'…]+[.:,]? +[\w“‘{}\x00]|[\w\x00”’)]+[.:,;]? +[a-z]{2,}|\x00[.:]? +[a-z]|[a-z]: \x00")
_SLOT = re.compile(r"\{(?!code\})\w*\}")
"""Where `str.format` puts a value; `{code}` stands in carriers' patterns for what it says."""

BESIDES = (
    *("{0} → {1}", "{0} → {1}: {2}", "{0} → {1}, until {2} {3}", "{0} → {1}: {2}, until {3} {4}"),
    *("{0} → {1}: released", "{0} → {1}: everything is back", "{0}: {1}", "{0}: “{1}” {2}."),
    *("The shop", "Shipment", "Delivery", "Status", "Tracking", "Corrected tracking", "Accepted.", "Created."),
    *("City", "Password", "Postcode", "Priority", "Quantity", "Supplier", "Title", "Units"),
    *("issued", "voided", "drafted", "draft", "edited", "replaced", "admin", "merchant", "clerk", "none"),
    *("address", "currency", "hours", "instructions", "kind", "lines", "max days", "min days", "name"),
    *("notification mail", "VAT", "weight", "working days"),
    *("own stock", "phone", "price", "priority", "quantity", "reference", "status", "time zone", "title", "total"),
)
"""Forms with hardly a word of their own, and words that stand in for a value: no rule finds these in the source."""


def sayings() -> dict[str, str]:
    """Return each form with the place where it stands first."""
    found = dict.fromkeys(BESIDES, "tests/sayings.py")
    for layer in LAYERS:
        for path in sorted((ROOT / "webapp" / layer).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(MARKED):
                for line, form in forms_of(path.read_text()):
                    found.setdefault(form, f"{name}:{line}")
    return found


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Give Babel the forms of one module; of this one, those that no rule finds."""
    source = file.read().decode()
    found = ((1, form) for form in BESIDES) if options.get("besides") == "true" else forms_of(source)
    for line, form in found:
        yield line, "pgettext", (CONTEXT, form), []


def forms_of(source: str) -> Iterator[tuple[int, str]]:
    """Give line and form of what a module may say to people."""
    for line, text in _texts(ast.parse(source)):
        if _is_said(text):
            yield line, _form(text)


def _texts(node: ast.AST, choices: Choices | None = None) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # A docstring.
    if isinstance(node, ast.FunctionDef):
        choices = _choices_in(node)
    if isinstance(node, ast.Assign) and node.value in (choices or {}).values():
        return  # A part of a sentence, which is found with it.
    if isinstance(node, ast.Call):
        if _is_unsaid(node.func):
            return
        if _name(node.func) == "NotFound":
            yield from ((node.lineno, f"There is no such {noun}.") for noun in _variants(node.args[0], choices))
            return
    if isinstance(node, ast.expr) and (variants := _variants(node, choices)):
        yield from ((node.lineno, text) for text in variants)
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, choices)


def _choices_in(function: ast.FunctionDef) -> Choices:
    """Return the names by which a sentence of this function is several: those that get one of two texts."""
    nodes = list(ast.walk(function))
    parts = {
        node.value.id for node in nodes if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name)
    }
    return {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.IfExp)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in parts
    }


def _is_unsaid(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "log":
        return True
    return _name(function) in UNSAID


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _variants(node: ast.expr, choices: Choices | None = None) -> list[str]:
    """Return the texts that an expression may become, with a hole for each value; none where it isn't a text."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return _joined(_part(part, choices or {}) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            texts = (_variants(left, choices), _variants(right, choices))
            return _joined(found or [HOLE] for found in texts) if any(texts) else []
        case ast.IfExp(body=body, orelse=other):
            texts = (_variants(body, choices), _variants(other, choices))
            return list(itertools.chain.from_iterable(found or [HOLE] for found in texts)) if any(texts) else []
    return []


def _part(part: ast.expr, choices: Choices) -> list[str]:
    if not isinstance(part, ast.FormattedValue):
        return _variants(part)
    value = choices.get(part.value.id) if isinstance(part.value, ast.Name) else None
    return _variants(value or part.value, choices) or [HOLE]


def _joined(choices: Iterable[list[str]]) -> list[str]:
    return ["".join(parts) for parts in itertools.product(*choices)]


def _is_said(text: str) -> bool:
    if text.startswith(" ") or text.strip() in NOT_FOR_PEOPLE | NAMES or _CODE.match(text) or _SQL.search(text):
        return False
    return bool(_WORDS.search(_SLOT.sub(HOLE, text)))


def _form(text: str) -> str:
    numbers = itertools.count()
    escaped = _SLOT.sub(HOLE, text).replace("{", "{{").replace("}", "}}")
    return re.sub(HOLE, lambda _: f"{{{next(numbers)}}}", escaped)


if __name__ == "__main__":
    for form, place in sayings().items():
        print(f"{place}: {form}")
