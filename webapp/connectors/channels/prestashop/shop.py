"""What the connector asks and tells one shop of one order, and what it knows of the shop itself."""

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import xml
from webapp.connectors.channels.prestashop.client import Client, NotAllowedError, Row, text, understood
from webapp.connectors.channels.prestashop.clock import Clock
from webapp.connectors.channels.prestashop.states import States


class Shop:
    """One shop. Its clock and its order states are asked for once."""

    def __init__(self, client: Client, fallback: Clock, chosen: dict[str, str]) -> None:
        self._client = client
        self._fallback = fallback
        self._chosen = chosen
        self._clock: Clock | None = None
        self._states: States | None = None

    def order(self, external_id: str) -> Row:
        """Return an order; a permanent error where there is none of that number."""
        found = self._client.rows("orders", {"id": f"[{external_id}]"}) if external_id.isdecimal() else []
        if not found:
            raise ConnectorError("The shop has no such order.", permanent=True)
        return found[0]

    def carrier(self, order: Row) -> Row:
        """Return the order's first carrier row, whose tracking number is the one that the shop mails and shows."""
        found = self._client.rows("order_carriers", {"id_order": f"[{text(order['id'])}]"})
        if not found:
            raise ConnectorError("The shop has no carrier for this order, so it can't show tracking.", permanent=True)
        return min(found, key=lambda row: int(text(row["id"])))

    def has_reached(self, order: Row, states: set[str]) -> bool:
        """Tell whether the order has one of the states, or had it: a merchant may have moved it on or back."""
        if text(order["current_state"]) in states:
            return True
        rows = self._client.rows("order_histories", {"id_order": f"[{text(order['id'])}]"})
        return any(text(row["id_order_state"]) in states for row in rows)

    def set_state(self, order: Row, state: str) -> None:
        """Set a state by a history row. The shop takes it any number of times, so look first."""
        row = {"id_order": text(order["id"]), "id_order_state": state}
        self._client.write("POST", "order_histories", xml.document("order_history", row), sendemail="1")

    def clock(self) -> Clock:
        """Return the clock of the zone that the shop is set to, else of the one that the merchant gave."""
        if self._clock is None:
            zone = self._configured("[PS_TIMEZONE]").get("PS_TIMEZONE")
            try:
                self._clock = Clock(zone) if zone else self._fallback
            except ConnectorError:
                self._clock = self._fallback
        return self._clock

    def states(self) -> States:
        """Return the shop's order states."""
        if self._states is None:
            marks = {name: number for name, number in self._configured("[PS_OS_]%").items() if number.isdecimal()}
            with understood():
                rows = {text(row["id"]): row for row in self._client.rows("order_states", {})}
            self._states = States(rows, marks, self._chosen)
        return self._states

    def _configured(self, names: str) -> dict[str, str]:
        """Return the shop's settings of these names; none where the key may not read them."""
        try:
            rows = self._client.rows("configurations", {"name": names})
        except NotAllowedError:
            return {}
        with understood():
            return {text(row["name"]): text(row.get("value")) for row in rows}
