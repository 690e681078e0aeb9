"""A guest who buys in Vendure's Shop API."""

from typing import Any

import httpx2


class Buyer:
    """A guest with a basket in the Shop API."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, trust_env=False, timeout=30)

    def close(self) -> None:
        self._client.close()

    def add(self, variant_id: str, quantity: int) -> str:
        """Put units into the basket; return its code."""
        given = "(productVariantId: $id, quantity: $n)"
        return str(self._do("addItemToOrder", "($id: ID!, $n: Int!)", given, id=variant_id, n=quantity)["code"])

    def check_out(self, payment: str, email: str) -> str:
        """Give name, address and payment; return the order's code."""
        self._do(
            "setCustomerForOrder",
            "($input: CreateCustomerInput!)",
            "(input: $input)",
            input={"firstName": "Anna", "lastName": "Verdi", "emailAddress": email, "phoneNumber": "+39 02 555 0100"},
        )
        address = {
            "fullName": "Anna Verdi",
            "company": "Studio Verdi",
            "streetLine1": "Via Garibaldi 5",
            "streetLine2": "Interno 3",
            "city": "Milano",
            "province": "MI",
            "postalCode": "20121",
            "countryCode": "IT",
            "phoneNumber": "+39 02 555 0100",
        }
        self._do("setOrderShippingAddress", "($input: CreateAddressInput!)", "(input: $input)", input=address)
        self._do("setOrderShippingMethod", "($id: [ID!]!)", "(shippingMethodId: $id)", id=["1"])
        self._do("transitionOrderToState", "", '(state: "ArrangingPayment")')
        order = self._do(
            "addPaymentToOrder",
            "($input: PaymentInput!)",
            "(input: $input)",
            input={"method": payment, "metadata": {}},
        )
        assert order["state"] in ("PaymentSettled", "PaymentAuthorized"), order
        return str(order["code"])

    def _do(self, mutation: str, declared: str, given: str, **variables: Any) -> dict[str, Any]:
        document = f"mutation{declared} {{ {mutation}{given} {{ __typename ... on Order {{ code state }} {ERRORS} }} }}"
        answer = self._client.post("/shop-api", json={"query": document, "variables": variables})
        token = answer.headers.get("vendure-auth-token")
        if token:
            self._client.headers["Authorization"] = f"Bearer {token}"
        result = data(answer)[mutation]
        assert result["__typename"] == "Order", result
        return dict(result)


ERRORS = "... on ErrorResult { errorCode message }"


def data(answer: httpx2.Response) -> dict[str, Any]:
    """Return a GraphQL answer's data; fail with its errors."""
    body = answer.json()
    assert answer.status_code == 200 and not body.get("errors"), answer.text
    return dict(body["data"])
