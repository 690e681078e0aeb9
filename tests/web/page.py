"""Read a page as a person does: what its fields hold and what is wrong at them, its rows, links and buttons."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
"""The headers with which htmx asks for a part of a page."""


def wants_login(answer) -> bool:
    """Tell whether an answer asks to log in: by the log-in page, or in its own place for what was sent."""
    if answer.request.method == "GET":
        return answer.status_code == 303 and answer.location.startswith("/login")
    return answer.status_code == 401 and "You are logged out" in answer.text


class Element:
    def __init__(self, tag: str = "", attributes=(), parent=None):
        self.tag, self.parent = tag, parent
        self.attributes = {name: value or "" for name, value in attributes}
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        """What can be read in it, with single blanks."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def all(self, *tags: str, **wanted: str) -> list["Element"]:
        """Return the elements inside with one of these tags and attributes, in order; `class_` names one class."""
        name = wanted.pop("class_", None)
        found = []
        for child in self.children:
            if isinstance(child, Element):
                has = child.attributes
                fits = (not tags or child.tag in tags) and all(has.get(key) == value for key, value in wanted.items())
                if fits and (name is None or name in has.get("class", "").split()):
                    found.append(child)
                found += child.all(*tags, **wanted, **({"class_": name} if name else {}))
        return found


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.here = self.root = Element()

    def handle_starttag(self, tag, attrs):
        made = Element(tag, attrs, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
            self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


class Page:
    """An answer's page; `main` is what stands beside the menu, or all of a fragment."""

    def __init__(self, answer):
        builder = _Builder()
        builder.feed(answer.text)
        self.status, self.whole = answer.status_code, builder.root
        self.main = (self.whole.all("main") or [self.whole])[0]
        self.text = self.main.text

    @property
    def fields(self) -> dict[str, str | bool]:
        """What stands in the fields, by name; a tick is True or False. Hidden ones too, all but the CSRF token."""
        found: dict[str, str | bool] = {}
        for field in self.main.all("input", "textarea", "select"):
            name = field.attributes.get("name", "")
            if name and name != "csrf_token":
                found[name] = _value(field)
        return found

    @property
    def typed(self) -> dict[str, str]:
        """What a browser would send for the form as it stands."""
        ticks = {name: "y" for name, value in self.fields.items() if value is True}
        return {name: value for name, value in self.fields.items() if not isinstance(value, bool)} | ticks

    @property
    def errors(self) -> dict[str, str]:
        """What is said to be wrong, by the field's name."""
        told = self.main.all(class_="field-error")
        return {element.attributes["id"].removesuffix("-error"): element.text for element in told}

    @property
    def alert(self) -> str:
        """What stands above the page or the form: of a change that was done, or of a refusal."""
        return " ".join(element.text for element in self.main.all(class_="alert"))

    @property
    def rows(self) -> list[str]:
        """The text of each row of the tables."""
        return [row.text for body in self.main.all("tbody") for row in body.all("tr")]

    @property
    def links(self) -> list[str]:
        return [link.attributes.get("href", "") for link in self.whole.all("a")]

    @property
    def posts(self) -> list[str]:
        """Where the page's forms send their changes."""
        return [form.attributes.get("action", "") for form in self.main.all("form", method="post")]


def _value(field: Element) -> str | bool:
    if field.tag == "select":
        chosen = [
            option.attributes.get("value", "") for option in field.all("option") if "selected" in option.attributes
        ]
        return (chosen or [option.attributes.get("value", "") for option in field.all("option")] or [""])[0]
    if field.tag == "textarea":
        return (
            "".join(child for child in field.children if isinstance(child, str)).removeprefix("\r\n").removeprefix("\n")
        )
    if field.attributes.get("type") == "checkbox":
        return "checked" in field.attributes
    return field.attributes.get("value", "")
