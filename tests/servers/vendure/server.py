"""A running Vendure shop of a test's own: start, stop, sell something, and look at what the shop holds."""

import sys
from typing import Any

import httpx2

from tests.servers.vendure.buyer import ERRORS, Buyer, data
from tests.servers.vendure.process import Process

PRODUCTS = {"MUG-01": 1290, "LAMP-01": 4900}
"""What the shop sells from the start: SKU and price in cents without tax."""

ORDER = """id code state orderPlacedAt updatedAt totalWithTax lines { id quantity productVariant { sku } }
  fulfillments { id state method trackingCode lines { orderLineId quantity } }"""


class Vendure:
    """One server process with its database in memory."""

    def __init__(self) -> None:
        self.credentials = {"username": "superadmin", "password": "superadmin"}
        self._client = httpx2.Client(trust_env=False, timeout=30)
        self._variants: dict[str, str] = {}
        self._process = Process()
        try:
            self.url = f"http://127.0.0.1:{self._process.port()}"
            self._admin = self._login()
            for sku, price in PRODUCTS.items():
                self.add_product(sku, price=price)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process. Safe to repeat."""
        self._client.close()
        self._process.stop()

    def add_product(self, sku: str, stock: int = 100_000, price: int = 1000) -> str:
        """Put a product with one variant on sale; return the variant's id."""
        words = {"languageCode": "en", "name": f"Product {sku}"}
        product = self.admin(
            "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }",
            input={"translations": [{**words, "slug": sku.lower(), "description": ""}]},
        )["createProduct"]["id"]
        variants = self.admin(
            "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }",
            input=[
                {"productId": product, "sku": sku, "price": price, "stockOnHand": stock, "translations": [words]},
            ],
        )["createProductVariants"]
        self._variants[sku] = variants[0]["id"]
        return self._variants[sku]

    def place_order(
        self, lines: dict[str, int], *, payment: str = "pay-now", email: str = "anna.verdi@example.com"
    ) -> str:
        """Buy as a guest, `{sku: quantity}`, up to a settled or authorized payment; return the order's code."""
        buyer = Buyer(self.url)
        try:
            for sku, quantity in lines.items():
                buyer.add(self._variants[sku], quantity)
            return buyer.check_out(payment, email)
        finally:
            buyer.close()

    def open_basket(self, lines: dict[str, int]) -> str:
        """Leave a basket that was never placed; return its code."""
        buyer = Buyer(self.url)
        try:
            return [buyer.add(self._variants[sku], quantity) for sku, quantity in lines.items()][-1]
        finally:
            buyer.close()

    def order(self, code: str) -> dict[str, Any]:
        """Return the order as the shop holds it now, with its lines and fulfilments."""
        wanted = "options: {filter: {code: {eq: $code}}}"
        found = self.admin(
            f"query($code: String!) {{ orders({wanted}) {{ items {{ {ORDER} }} }} }}",
            code=code,
        )["orders"]["items"]
        assert len(found) == 1, f"{len(found)} orders have the code {code}"
        return dict(found[0])

    def fulfillments(self, code: str) -> list[dict[str, Any]]:
        """Return the order's fulfilments, canceled ones too, oldest first."""
        return sorted(self.order(code)["fulfillments"], key=lambda one: int(one["id"]))

    def moves(self, code: str, state: str = "Shipped") -> list[str]:
        """Return the ids of the fulfilments that ever reached the state, each as often as it did."""
        wanted = 'filter: {type: {eq: "ORDER_FULFILLMENT_TRANSITION"}}, take: 1000'
        order = self.order(code)["id"]
        entries = self.admin(
            f"query($id: ID!) {{ order(id: $id) {{ history(options: {{{wanted}}}) {{ items {{ data }} }} }} }}",
            id=order,
        )["order"]["history"]["items"]
        return [str(one["data"]["fulfillmentId"]) for one in entries if one["data"]["to"] == state]

    def fulfil(
        self, code: str, lines: dict[str, int], tracking: str, *, method: str = "DHL", state: str = "Shipped"
    ) -> str:
        """Make a fulfilment by hand, `{sku: quantity}`, and move it to the state; return its id."""
        ids = {line["productVariant"]["sku"]: line["id"] for line in self.order(code)["lines"]}
        values = {"method": method, "trackingCode": tracking}
        made = self._change(
            "addFulfillmentToOrder(input: $input)",
            "$input: FulfillOrderInput!",
            input={
                "lines": [{"orderLineId": ids[sku], "quantity": quantity} for sku, quantity in lines.items()],
                "handler": {
                    "code": "manual-fulfillment",
                    "arguments": [{"name": name, "value": value} for name, value in values.items()],
                },
            },
        )
        if state != made["state"]:
            self.move(made["id"], state)
        return str(made["id"])

    def move(self, fulfilment: str, state: str) -> None:
        """Move a fulfilment by hand."""
        declared = "$id: ID!, $state: String!"
        self._change("transitionFulfillmentToState(id: $id, state: $state)", declared, id=fulfilment, state=state)

    def set_stock(self, sku: str, units: int) -> None:
        """Count the shelf anew."""
        self.admin(
            "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }",
            input=[{"id": self._variants[sku], "stockOnHand": units}],
        )

    def set_updated_at(self, code: str, text: str) -> None:
        """Set the time of an order's last change, as the database keeps it: UTC, `YYYY-MM-DD HH:MM:SS[.mmm]`."""
        answer = self._client.get(f"{self.url}/updated-at", params={"code": code, "at": text})
        assert answer.status_code == 200, answer.text

    def log_everybody_out(self) -> None:
        """End each session of the admin, as if its time were over. This object logs in again by itself."""
        self.admin("mutation { logout { success } }")
        self._admin = self._login()

    def admin(self, document: str, **variables: Any) -> dict[str, Any]:
        """Run a document on the Admin API as the superadmin and return its data."""
        answer = self._client.post(
            f"{self.url}/admin-api",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {self._admin}"},
        )
        return data(answer)

    def _change(self, call: str, declared: str, **variables: Any) -> dict[str, Any]:
        document = f"mutation({declared}) {{ result: {call} {{ ... on Fulfillment {{ id state }} {ERRORS} }} }}"
        result = self.admin(document, **variables)["result"]
        assert "errorCode" not in result, result
        return dict(result)

    def _login(self) -> str:
        answer = self._client.post(
            f"{self.url}/admin-api",
            json={
                "query": "mutation($username: String!, $password: String!) "
                "{ login(username: $username, password: $password) { __typename } }",
                "variables": self.credentials,
            },
        )
        data(answer)
        return str(answer.headers["vendure-auth-token"])


if __name__ == "__main__":
    shop = Vendure()
    print(shop.url, shop.credentials, "- Enter ends it", file=sys.stderr)
    try:
        input()
    finally:
        shop.stop()
