"""The media types of waybills on the wire: which one is asked for, which one is sent, and a file as an answer."""

from flask import Response, make_response, request

from webapp.actions.waybill_files import NoSuchFormat
from webapp.domain import waybill_format
from webapp.domain.errors import Refusal
from webapp.domain.waybill_format import ENDINGS, FORMATS


class UnknownMedia(Refusal):
    """A body of a kind that no waybill has."""

    status = 415


def formats_asked() -> list[str] | None:
    """Return the formats that the Accept header names, the preferred one first; None where it wants JSON."""
    wanted: list[str] = []
    for word, quality in request.accept_mimetypes:
        if quality <= 0:
            continue
        if word in ("application/json", "application/problem+json") and not wanted:
            return None
        named = waybill_format.media_type(word)
        wanted += [named] if named else [waybill_format.PNG] if word == "image/*" else []
    anything = {"*/*", "application/*"} & {word for word, quality in request.accept_mimetypes if quality > 0}
    if wanted:
        return wanted
    if not request.accept_mimetypes or anything:
        return None
    raise NoSuchFormat(f"This address gives JSON, {', '.join(FORMATS[:-1])} and {FORMATS[-1]}.", FORMATS)


def is_json() -> bool:
    """Tell whether the body is JSON, or there is none at all."""
    return request.mimetype == "application/json" or not request.get_data()


def uploaded() -> tuple[str, bytes]:
    """Return the media type and the bytes of an uploaded file."""
    media_type = waybill_format.media_type(request.mimetype)
    if media_type is None:
        told = f"Send application/json, or a file as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        raise UnknownMedia("unsupported_media_type", told, accepted=["application/json", *FORMATS])
    return media_type, request.get_data()


def file(media_type: str, content: bytes, name: str) -> Response:
    """Return a file to be kept, not shown: what was uploaded is never rendered under our address."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS[media_type]}"'
    response.add_etag()
    response.make_conditional(request)
    return varied(response)


def varied(response: Response) -> Response:
    """Tell caches that the answer depends on what was asked for."""
    response.headers["Vary"] = "Accept"
    return response
