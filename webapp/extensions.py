"""The Flask extensions, made once and bound to each app by the factory."""

import orjson
from flask import Response
from flask.json.provider import JSONProvider
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders
from werkzeug.routing import IntegerConverter

csrf = CSRFProtect()
htmx = Htmx()
limiter = Limiter(get_remote_address, headers_enabled=False, storage_uri="memory://")
login_manager = LoginManager()


class Htmx4Headers(HtmxHeaders):
    """The request headers of htmx 4, which says itself whether it wants a part of the page."""

    @property
    def wants_fragment(self) -> bool:
        """Tell whether one block of the page is enough: not for boosted links, nor when history is restored."""
        partial = self._headers.get("HX-Request-Type", "partial") == "partial"
        return bool(self) and partial and not self.boosted and not self.history_restore_request


class PageRequest(HtmxAwareRequest):
    """Flask's request with `htmx` for version 4, and a bound on forms."""

    max_form_memory_size = 1_000_000
    max_form_parts = 3_000

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.htmx: Htmx4Headers = Htmx4Headers(self.headers)


class FastJson(JSONProvider):
    """orjson in place of the standard codec."""

    def dumps(self, obj: object, **kwargs: object) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        return orjson.loads(s)

    def response(self, *args: object, **kwargs: object) -> Response:
        # Bytes as orjson makes them: through `dumps` a page of orders would be decoded and encoded again.
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


class IdConverter(IntegerConverter):
    """A row's id in a URL: what can't be a 64-bit id matches no route, so it is a 404 and no database error."""

    regex = r"[1-9][0-9]{0,17}"
