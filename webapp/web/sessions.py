"""What a page that was open while its session ended needs to go on: a token of the session that is there now."""

from flask import Blueprint, Response, abort, jsonify, request
from flask_wtf.csrf import generate_csrf

from webapp.web import access

blueprint = Blueprint("sessions", __name__)
blueprint.before_request(access.require_login)


@blueprint.get("/session")
def show() -> Response:
    """Give the page of whoever is logged in its token; no other site can read it, and nothing keeps it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)
    answer = jsonify(csrf_token=generate_csrf())
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
