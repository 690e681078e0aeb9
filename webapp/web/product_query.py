"""What the address of the list of products asks for; what can't be a filter is none."""

from flask import request

from webapp.models.product_search import SORTS, STOCKS, ProductSearch
from webapp.web import given
from webapp.web.hypermedia import search_words


def search_of_request() -> ProductSearch:
    """Read the filters from the address of this request."""
    stock, sort = request.args.get("stock", ""), request.args.get("sort", "")
    return ProductSearch(
        words=search_words(),
        archived=request.args.get("archived") == "1",
        stock=stock if stock in STOCKS else "",
        sort=sort if sort in SORTS else "newest",
    )


def after() -> str:
    """Return the place that the list goes on after; empty for the first page."""
    return given.text(request.args, "after", 64)
