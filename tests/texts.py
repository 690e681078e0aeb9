"""Find what people read in templates, views and forms, and which of it isn't marked for translation.

`python -m tests.texts [path …]` lists the unmarked texts with their places.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import extract_from_dir
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("webapp/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
MARKS = set(KEYWORDS)

SPOKEN = ("placeholder", "aria-label", "title", "alt")
"""Attributes that are read out or shown."""

MACROS = {
    *(
        "page_header",
        "empty",
        "field",
        "tick",
        "form_actions",
        "post_button",
        "filters",
        "nav_link",
        "choice",
        "days_filter",
    ),
    *("facts", "badge", "tasks_of", "copyable", "icon", "flash", "see"),
}
"""Macros and functions whose words are shown."""

SAME_EVERYWHERE = {
    *(
        "Crossdock",
        "API",
        "CSV",
        "PDF",
        "ZPL",
        "SKU",
        "EAN",
        "URL",
        "HTTP",
        "HTTPS",
        "JSON",
        "UTC",
        "ID",
        "GET",
        "POST",
    ),
    *("cm", "kg", "min", "ms", "code", "Poleepo", "XD", "OAuth", "OpenAPI", "Enter", "Esc", "j", "k", "x", "Ctrl"),
}
"""Words that no language says otherwise."""

_WORD = re.compile(r"[^\W\d_]{2,}")


def messages() -> set[str | tuple[str, str]]:
    """Return the texts that are marked: a pair where there is a plural."""
    found = extract_from_dir(str(ROOT), METHODS, OPTIONS, KEYWORDS)
    return {message for _, _, message, _, _ in found}


def unmarked(path: Path) -> Iterator[tuple[int, str]]:
    """Give line and text of what people read in a file and isn't marked."""
    yield from _in_template(path.read_text()) if path.suffix == ".html" else _in_module(path.read_text())


def files() -> list[Path]:
    """Return the files in which people's texts stand."""
    return [*sorted((ROOT / "templates").rglob("*.html")), *(p for d in ("web", "forms") for p in _modules(d))]


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / "webapp" / folder).rglob("*.py"))


def _is_text(words: str) -> bool:
    return any(word not in SAME_EVERYWHERE for word in _WORD.findall(re.sub(r"&\w+;", "", words)))


def _in_template(source: str) -> Iterator[tuple[int, str]]:
    env = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    reader = _Reader()
    reader.feed(_without_code(env, source))
    reader.close()
    yield from reader.found
    for call in env.parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MACROS:
            for argument in [*call.args, *(pair.value for pair in call.kwargs)]:
                yield from ((const.lineno, const.value) for const in _consts(argument) if _is_said(const.value))


def _consts(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name in MACROS):
        return  # Marked, or a function's own words.
    if isinstance(node, nodes.Filter | nodes.Test | nodes.Compare | nodes.Getitem | nodes.Getattr):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node
    for child in node.iter_child_nodes():
        yield from _consts(child)


def _is_said(words: str) -> bool:
    """Tell a text from a class, an id or a symbol: it begins with a capital, or has words apart that aren't classes."""
    if not _is_text(words) or words.startswith(("btn", "/", "#", "status-")):
        return False
    return words[0].isupper() or (" " in words.strip() and "-" not in words)


def _without_code(env: Environment, source: str) -> str:
    """Return the template's HTML: what Jinja does is a blank, and what is marked is left out."""
    kept, inside, block = [], False, []
    for _, kind, value in env.lexer.tokeniter(source, None):
        if kind == "data":
            kept.append("\n" * value.count("\n") if inside else value)
            continue
        kept.append("\n" * value.count("\n"))
        if kind == "block_begin":
            block = []
        elif kind == "block_end":
            inside = (inside or block[:1] == ["trans"]) and block[:1] != ["endtrans"]
        elif kind == "name":
            block.append(value)
        elif kind == "variable_begin":
            kept.append("\x00")
    return "".join(kept)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._silent = ""

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code", "pre", "kbd"):
            self._silent = tag
        for name, value in attrs:
            if name in SPOKEN and _is_text(value or ""):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag):
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data):
        words = " ".join(data.replace("\x00", " ").split())
        if not self._silent and _is_text(words):
            self.found.append((self.getpos()[0], words))


def _in_module(source: str) -> Iterator[tuple[int, str]]:
    """Give the sentences of a view or form that aren't marked: with a capital and a blank, or a label."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS | {"warn", "exception", "Blueprint", "parametrize"}:
            skipped |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(child) for child in ast.walk(node)} - {id(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sentence(node.value):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
            if _is_sentence(words):
                yield node.lineno, words


def _is_sentence(words: str) -> bool:
    return bool(re.match(r"[“A-Z…]", words)) and " " in words.strip() and _is_text(words)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


if __name__ == "__main__":
    for file in [Path(word) for word in sys.argv[1:]] or files():
        for line, text in unmarked(file):
            print(f"{file.relative_to(ROOT) if file.is_absolute() else file}:{line}: {text}")
