"""The GraphQL documents of the Vendure connector."""

_ADDRESS = "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber"
_ERROR = "... on ErrorResult { errorCode message } ... on FulfillmentStateTransitionError { transitionError }"

_ORDER = f"""fragment Whole on Order {{
  id code state currencyCode orderPlacedAt updatedAt totalWithTax shippingWithTax
  customer {{ firstName lastName emailAddress phoneNumber }}
  shippingAddress {{ {_ADDRESS} }}
  billingAddress {{ {_ADDRESS} }}
  shippingLines {{ shippingMethod {{ name }} }}
  lines {{ id quantity proratedUnitPriceWithTax productVariant {{ sku name }} }}
}}"""

CHANNEL = """query Channel {
  activeChannel { code }
  me { channels { code permissions } }
  orders(options: {filter: {orderPlacedAt: {isNull: false}}, take: 1}) { totalItems }
}"""

ORDERS = f"""query Orders($options: OrderListOptions!) {{
  orders(options: $options) {{ items {{ ...Whole }} }}
}}
{_ORDER}"""

ORDER = f"""query Order($id: ID!) {{
  order(id: $id) {{ ...Whole }}
}}
{_ORDER}"""

HELD = """query Held($id: ID!) {
  order(id: $id) {
    state
    lines { id quantity }
    fulfillments { id createdAt state method trackingCode lines { orderLineId quantity } }
  }
}"""

ADD = f"""mutation Add($input: FulfillOrderInput!) {{
  result: addFulfillmentToOrder(input: $input) {{ __typename ... on Fulfillment {{ id state }} {_ERROR} }}
}}"""

MOVE = f"""mutation Move($id: ID!, $state: String!) {{
  result: transitionFulfillmentToState(id: $id, state: $state) {{
    __typename ... on Fulfillment {{ id state }} {_ERROR}
  }}
}}"""

CANCEL = """mutation Cancel($input: CancelOrderInput!) {
  result: cancelOrder(input: $input) { __typename ... on Order { state } ... on ErrorResult { errorCode message } }
}"""

PRODUCTS = """query Products($options: ProductVariantListOptions!) {
  productVariants(options: $options) {
    totalItems
    items { id sku name priceWithTax enabled product { enabled } featuredAsset { preview } }
  }
}"""

STOCK = """query Stock($options: ProductVariantListOptions!) {
  productVariants(options: $options) { items { id stockLevels { stockLocationId stockAllocated } } }
}"""

SET_STOCK = """mutation SetStock($input: [UpdateProductVariantInput!]!) {
  updateProductVariants(input: $input) { id }
}"""
