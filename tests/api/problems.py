"""Read refusals: every one of them must be a whole problem document."""

MEMBERS = {"type", "title", "status", "detail", "success", "message", "code", "errors", "request_id"}


def refused(answer, status: int, code: str) -> dict:
    """Assert that the answer is a problem document with this status and code, and return it."""
    told = answer.json
    assert told is not None, answer.text
    assert (answer.status_code, told.get("code")) == (status, code), told
    assert answer.content_type == "application/problem+json"
    assert told.keys() >= MEMBERS
    assert told["type"] == f"urn:crossdock:problem:{code}"
    assert (told["status"], told["success"]) == (status, False)
    assert told["title"] and told["message"] and told["detail"] == told["message"]
    assert all(fault.keys() == {"field", "message"} and fault["message"] for fault in told["errors"])
    assert len(told["request_id"]) == 16
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return told


def wrong(answer, *fields: str) -> list[str]:
    """Assert a 422 whose errors are at exactly these fields, in this order, and return the messages."""
    errors = refused(answer, 422, "invalid")["errors"]
    assert [fault["field"] for fault in errors] == list(fields), errors
    return [fault["message"] for fault in errors]


def alike(one, other) -> bool:
    """Tell whether two refusals say the same; only the request's own id may differ."""
    return {**one.json, "request_id": ""} == {**other.json, "request_id": ""}
