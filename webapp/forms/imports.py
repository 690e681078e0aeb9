"""Files of products and supplies: the file, and what its columns mean."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField

from webapp.domain import table_file
from webapp.domain.import_columns import KINDS, Column
from webapp.domain.table_file import Table
from webapp.forms.fields import SelectChoice

MOST_BYTES = 30_000_000


class UploadForm(FlaskForm):
    file = FileField(_("File"))

    def table(self) -> Table | None:
        """Return what it holds; None, with the reason at the field, where there are none. Call it once."""
        given = self.file.data
        if not given:
            self.file.errors = [*self.file.errors, _("Choose a file.")]
            return None
        try:
            return table_file.read(given.read(MOST_BYTES))
        except ValueError as wrong:
            self.file.errors = [*self.file.errors, str(wrong)]
            return None
        finally:
            given.close()


class ColumnsForm(FlaskForm):
    """What each column of the file means; `for_kind` adds a field for each column that the kind knows."""

    def options(self, kind: str) -> dict[str, Any]:
        """Return what was chosen as the batch's options."""
        chosen = {column.name: self[f"column_{column.name}"].data for column in KINDS[kind]}
        options: dict[str, Any] = {"columns": {name: int(place) for name, place in chosen.items() if place}}
        if kind == "supplies":
            supplier = self["supplier_id"].data
            options["supplier_id"] = int(supplier) if supplier else None
        if kind in COUNTED:
            options["mode"] = self["mode"].data
        return options


COUNTED = ("supplies", "stock")
"""The kinds whose quantities can be set, added or taken away."""

MODES = [
    SelectChoice("set", _("The count: it replaces the quantity")),
    SelectChoice("add", _("Units that arrived: they are added")),
    SelectChoice("subtract", _("Units that left: they are taken away")),
]


def for_kind(
    kind: str, columns: list[Column], headings: list[str], suppliers: list[tuple[str, str]], **given: Any
) -> ColumnsForm:
    """Return the form for a file with these headings; `columns` are the kind's, in the reader's language."""
    places = [SelectChoice("", "–")]
    places += [SelectChoice(str(place), name or f"#{place + 1}") for place, name in enumerate(headings)]
    fields: dict[str, Any] = {
        f"column_{column.name}": SelectField(column.label, choices=places, default="") for column in columns
    }
    if kind == "supplies":
        offered = [SelectChoice("", "–"), *(SelectChoice(*one) for one in suppliers)]
        fields["supplier_id"] = SelectField(_("Supplier of rows that name none"), choices=offered, default="")
    if kind in COUNTED:
        fields["mode"] = SelectField(_("The quantities mean"), choices=MODES, default="set")
    form: ColumnsForm = type("KindForm", (ColumnsForm,), fields)(**given)
    return form


def values_of(options: dict[str, Any]) -> dict[str, str]:
    """Return a batch's options as the form's fields."""
    columns = {f"column_{name}": str(place) for name, place in options.get("columns", {}).items()}
    return {**columns, "mode": options.get("mode", "set"), "supplier_id": str(options.get("supplier_id") or "")}
