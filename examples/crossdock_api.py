"""The logistics API from a program's side: a token when one is needed, waiting when asked to, page after page."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request


class ApiError(Exception):
    """The API refused; `problem` is its document: status, code, message, errors."""

    def __init__(self, problem: dict) -> None:
        super().__init__(problem.get("message", "no message"))
        self.problem = problem


class Crossdock:
    """Calls the API, gets a new token when the old one ends, and waits when it is asked to."""

    def __init__(self, url: str, public_key: str, secret_key: str) -> None:
        self._base = url.rstrip("/") + "/api/v1"
        self._pair = {"client_id": public_key, "client_secret": secret_key, "grant_type": "client_credentials"}
        self._token = ""

    def call(self, method: str, path: str, body: dict | None = None, key: str = "") -> dict:
        """Return the answer's JSON; raise ApiError for a refusal. `key` is the Idempotency-Key of a POST."""
        for _ in range(8):
            if not self._token:
                self._token = self._send("POST", "/oauth/access_token", self._pair)["access_token"]
            try:
                return self._send(method, path, body, key)
            except ApiError as refused:
                if refused.problem.get("code") == "token_expired":
                    self._token = ""
                elif refused.problem.get("status") == 429:
                    time.sleep(float(refused.problem.get("retry_after", 5)))
                else:
                    raise
        raise ApiError({"message": "The API still asks to wait."})

    def pages(self, path: str, size: int = 100, **query: str) -> list[dict]:
        """Return all rows of a list, page by page: each page's `next` is the cursor of the one that follows."""
        rows: list[dict] = []
        following: str | None = ""
        while following is not None:
            asked = {**query, "max": str(size), **({"cursor": following} if following else {})}
            page = self.call("GET", f"{path}?{urllib.parse.urlencode(asked)}")
            rows += page["data"]
            following = page["next"]
        return rows

    def _send(self, method: str, path: str, body: dict | None = None, key: str = "") -> dict:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                try:
                    problem = json.load(error)
                except ValueError:
                    problem = {"status": error.code, "message": f"status {error.code}"}
            raise ApiError(problem) from None
