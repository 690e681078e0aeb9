"""The OpenAPI document, and the page that shows it to people without anything from outside."""

from flask import Blueprint, Response, make_response, render_template

from webapp.api.description.document import document

blueprint = Blueprint("api_description", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    response = make_response(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response


def docs() -> str:
    """Show the document; it is open to everybody, since it says nothing about anybody's data."""
    return render_template("api/docs.html")
