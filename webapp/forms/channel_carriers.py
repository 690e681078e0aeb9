"""The form that gives carriers their names on a channel: a field for each, made from what the channel's kind takes."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import AnyOf, Length, Optional

from webapp.actions.channel_carriers import LONGEST
from webapp.domain import channel_carriers, tracking
from webapp.domain.channel_carriers import CarrierNames
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy


class ChannelCarriersForm(EditForm):
    """Whether what has no name is held back; the carriers' fields are added by `form_for`."""

    holds_unmapped = BooleanField(lazy_gettext("Hold back shipments whose carrier has no name there"))

    carriers: Mapping[str, str] = {}
    """Each carrier with the name of its field, in the order of the page."""

    def name_of(self, carrier: str) -> Field:
        """Return the field of a carrier."""
        return self[self.carriers[carrier]]

    def choices(self, sent: Iterable[str]) -> dict[str, str]:
        """Return carrier -> what was chosen for it, of those whose field was sent: another page may know more."""
        return {carrier: self[name].data or "" for carrier, name in self.carriers.items() if name in set(sent)}


def form_for(wants: CarrierNames, carriers: Iterable[str], chosen: Mapping[str, str], **kwargs: Any) -> Any:
    """Return the form for these carriers; `chosen` are the merchant's choices by folded name."""
    fields: dict[str, Any] = {"carriers": {carrier: _field_name(carrier) for carrier in carriers}}
    for carrier, name in fields["carriers"].items():
        label, code = _("%(carrier)s there", carrier=carrier), chosen.get(tracking.key(carrier), "")
        usual = channel_carriers.default(wants, carrier)
        if wants.free:
            rules = [Optional(), Length(max=LONGEST, message=_("At most %(max)s characters.", max=LONGEST)), clean_text]
            shown = channel_carriers.shown(wants, code)
            fields[name] = StringField(label, rules, default=shown, filters=[tidy])
        else:
            none = _("%(name)s (usual)", name=channel_carriers.shown(wants, usual)) if usual else _("None")
            known = [SelectChoice("", none), *(SelectChoice(*pair) for pair in wants.known)]
            rule = AnyOf([choice.value for choice in known], message=_("The channel knows no such carrier."))
            fields[name] = SelectField(label, [rule], choices=known, default=code, validate_choice=False)
    return type("KindCarriersForm", (ChannelCarriersForm,), fields)(**kwargs)


def _field_name(carrier: str) -> str:
    """Return a name that stays with the carrier whatever others come and go, and is good as an id in a page."""
    return f"carrier-{hashlib.sha256(tracking.key(carrier).encode()).hexdigest()[:12]}"
