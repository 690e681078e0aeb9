"""An HTTP server on 127.0.0.1 in threads of this process: what the shops and proxies that tests play with stand on."""

import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LocalServer:
    """Hands each call to `handle`, on a free port, until it is stopped."""

    def __init__(
        self, handle: Callable[[BaseHTTPRequestHandler], None], verbs: Iterable[str] = ("GET", "POST", "PUT", "DELETE")
    ) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *values: object) -> None:
                """Stay silent."""

        for verb in verbs:
            setattr(Handler, f"do_{verb}", lambda request: handle(request))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
