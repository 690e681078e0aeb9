"""Pack at the desk: which courier takes it, what it weighs, and whether a rest follows."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField

from webapp.actions.shipments import ShipmentDraft
from webapp.forms.shipments import TrackingForm

MOST_UNITS = 1_000_000


class DeskForm(TrackingForm):
    """The counted units come beside it, one hidden field for each line."""

    rest = BooleanField(lazy_gettext("The rest follows in another parcel"))

    def counted(self, counts: dict[int, int], open_units: dict[int, int]) -> bool:
        """Check that what was counted makes a parcel: something, and all of it unless the rest is to follow."""
        missing = sum(open_units.values()) - sum(counts.values())
        if not any(counts.values()):
            self.form_errors.append(_("Nothing is counted yet: scan the items that go into the parcel."))
        elif missing > 0 and not self.rest.data:
            told = _(
                "Not everything is counted: %(count)s missing. Scan the rest, or tick that it follows.", count=missing
            )
            self.form_errors.append(told)
        return not self.form_errors

    def draft(self, source: int, counts: dict[int, int]) -> ShipmentDraft:
        """Return what was typed and counted as the action's value."""
        lines = {line: units for line, units in counts.items() if units}
        return ShipmentDraft(lines=lines, source=source, parcels=self.weights(), **self.texts())
