"""A shop's own order states: what each means to us, and which one to set."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop.client import Row, text

STANDARD = {"PS_OS_SHIPPING": "4", "PS_OS_DELIVERED": "5", "PS_OS_CANCELED": "6", "PS_OS_REFUND": "7"}
"""The states' numbers in a shop as it is installed, taken where the key may not read which the shop uses."""

TEMPLATES = {"PS_OS_SHIPPING": "shipped", "PS_OS_CANCELED": "order_canceled", "PS_OS_REFUND": "refund"}
"""The mails that come with them, which stay the same where a shop makes states of its own."""


LEFT = ("PS_OS_SHIPPING", "PS_OS_DELIVERED")


@dataclass(frozen=True)
class States:
    """The rows of `order_states` by id, and what the shop's configuration says of them (`PS_OS_…` -> id)."""

    rows: Mapping[str, Row]
    marks: Mapping[str, str]
    chosen: Mapping[str, str]
    """The merchant's own choice, under the same names; it goes before everything."""

    def name(self, state: str) -> str:
        """Return what the shop calls a state."""
        return text(self.rows[state].get("name")) or state if state in self.rows else state

    def status(self, state: str, ready: Collection[str]) -> str:
        """Return our status for a state; one of `ready` is as good as paid."""
        if state in ("", "0"):
            return "awaiting_payment"  # The shop is just making the order.
        if state not in self.rows:
            return "on_hold"
        if self._is(state, "PS_OS_CANCELED") or self._is(state, "PS_OS_REFUND"):
            return "canceled"
        if state in self.shipped():
            return "delivered" if state == self.find("PS_OS_DELIVERED") else "shipped"
        return "payment_accepted" if state in ready or self._flag(state, "paid") else "awaiting_payment"

    def shipped(self) -> set[str]:
        """Return every state that says that the parcel has left."""
        left = {state for state in self.rows if self._flag(state, "shipped")}
        for mark in LEFT:
            left |= {known[mark] for known in (self.marks, self.chosen) if known.get(mark)}
        return left

    def find(self, mark: str) -> str:
        """Return the state that stands for a mark, or nothing where the shop has none that surely does."""
        picked = self.chosen.get(mark)
        if picked:
            if picked not in self.rows:
                raise ConnectorError(f"The shop has no status {picked}: look at the channel's form.", permanent=True)
            return picked
        live = [state for state in sorted(self.rows, key=int) if not self._flag(state, "deleted")]
        return next((state for state in live if self._is(state, mark)), "")

    def to_ship(self) -> str:
        """Return the state to set when a parcel leaves: the shop's own, else its first one that says shipped."""
        live = [
            state for state in sorted(self.shipped() & self.rows.keys(), key=int) if not self._flag(state, "deleted")
        ]
        delivered = self.find("PS_OS_DELIVERED")
        found = self.find("PS_OS_SHIPPING") or next((state for state in live if state != delivered), "")
        if not found:
            raise ConnectorError("The shop has no status for shipped: give its number in the form.", permanent=True)
        return found

    def _is(self, state: str, mark: str) -> bool:
        if mark in self.marks:
            return self.marks[mark] == state
        template = self._template(state)
        if self._flag(state, "shipped") != (mark in LEFT):
            return False
        return template == TEMPLATES[mark] if template and mark in TEMPLATES else STANDARD[mark] == state

    def _flag(self, state: str, name: str) -> bool:
        return text(self.rows[state].get(name)) in ("1", "True", "true")

    def _template(self, state: str) -> str:
        return text(self.rows[state].get("template"))
