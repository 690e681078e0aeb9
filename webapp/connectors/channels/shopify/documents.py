"""The GraphQL documents of the Shopify connector. Each costs at most 1,000 points, which is what Shopify takes."""

_MONEY = "{ shopMoney { amount } }"
_ADDRESS = "firstName lastName company address1 address2 city provinceCode zip countryCodeV2 phone"

_LINE = f"""fragment Line on LineItem {{
  id name sku quantity currentQuantity requiresShipping
  discountedUnitPriceAfterAllDiscountsSet {_MONEY}
  taxLines {{ priceSet {_MONEY} }}
}}"""

_ORDER = f"""fragment Whole on Order {{
  id name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
  currencyCode taxesIncluded note email phone
  currentTotalPriceSet {_MONEY}
  currentShippingPriceSet {_MONEY}
  shippingLine {{ title taxLines {{ priceSet {_MONEY} }} }}
  customer {{ firstName lastName }}
  shippingAddress {{ {_ADDRESS} }}
  billingAddress {{ {_ADDRESS} }}
  lineItems(first: 10) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ ...Line }} }}
}}"""

SHOP = """query Shop {
  shop { name }
  currentAppInstallation { accessScopes { handle } }
}"""

ORDERS = f"""query Orders($first: Int!, $after: String, $query: String!) {{
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ ...Whole }}
  }}
}}
{_ORDER}
{_LINE}"""

ORDER = f"""query Order($id: ID!) {{
  order(id: $id) {{ ...Whole }}
}}
{_ORDER}
{_LINE}"""

LINES = f"""query Lines($id: ID!, $after: String!) {{
  order(id: $id) {{ lineItems(first: 100, after: $after) {{
    pageInfo {{ hasNextPage endCursor }} nodes {{ ...Line }}
  }} }}
}}
{_LINE}"""

HELD = """query Held($id: ID!, $first: Int!) {
  order(id: $id) {
    id cancelledAt
    fulfillments(first: $first) { id status createdAt trackingInfo(first: 5) { company number url } }
  }
}"""

SHIPPED = """query Shipped($id: ID!, $after: String) {
  fulfillment(id: $id) { fulfillmentLineItems(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { quantity lineItem { id } }
  } }
}"""

TO_SHIP = """query ToShip($id: ID!, $after: String) {
  order(id: $id) { fulfillmentOrders(first: 10, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id status supportedActions { action } assignedLocation { location { id } }
      lineItems(first: 20) { pageInfo { hasNextPage endCursor } nodes { id remainingQuantity lineItem { id } } }
    }
  } }
}"""

TO_SHIP_LINES = """query ToShipLines($id: ID!, $after: String!) {
  fulfillmentOrder(id: $id) { lineItems(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { id remainingQuantity lineItem { id } }
  } }
}"""

DELIVERY = """query Delivery($id: ID!) {
  fulfillment(id: $id) { status displayStatus deliveredAt }
}"""

CREATE = """mutation Create($fulfillment: FulfillmentInput!) {
  result: fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { message } }
}"""

TRACK = """mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean!) {
  result: fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) {
    userErrors { message }
  }
}"""

DROP = """mutation Drop($id: ID!) {
  result: fulfillmentCancel(id: $id) { userErrors { message } }
}"""

DELIVER = """mutation Deliver($event: FulfillmentEventInput!) {
  result: fulfillmentEventCreate(fulfillmentEvent: $event) { userErrors { message } }
}"""

CANCEL = """mutation Cancel($id: ID!) {
  result: orderCancel(orderId: $id, reason: OTHER, restock: true, notifyCustomer: false) {
    userErrors: orderCancelUserErrors { message }
  }
}"""

PRODUCTS = """query Products($first: Int!, $after: String) {
  shop { currencyCode }
  productVariants(first: $first, after: $after, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes { id sku title barcode price inventoryItem { id } product { title status } }
  }
}"""

LOCATION = """query Location($id: ID) {
  location(id: $id) { id }
}"""

SET_STOCK = """mutation SetStock($input: InventorySetQuantitiesInput!) {
  result: inventorySetQuantities(input: $input) { userErrors { field message } }
}"""
"""For versions before 2026-01."""

SET_STOCK_ONCE = """mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  result: inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field message } }
}"""
"""From 2026-01 on: later versions take no change of stock without a key."""
