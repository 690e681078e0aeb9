"""Make requests from the OpenAPI document with schemathesis, good ones and bad ones, and find wrong answers.

`make test` makes the same few for each call each time. SCHEMATHESIS_EXAMPLES=100 SCHEMATHESIS_SEED=7 makes others.
"""

import os
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import schemathesis
from schemathesis.engine import events, from_schema

FEW = 4
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", FEW))
"""How many requests are made up for each call, beside those that try each rule of its schema."""

SEED = int(os.environ.get("SCHEMATHESIS_SEED", "1"))

TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
"""How a good request may be answered: 412 where the tag that was made up isn't the one held; 422 is looked at below."""

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422"]
"""How a bad request must be answered."""

WAYBILL = "/shippings/{id}/waybill"
"""A waybill is voided, never lost: what DELETE leaves can still be read, so `use_after_free` means nothing."""

ONLY_WE_KNOW = re.compile(
    r"Idempotency-Key"  # It was used for another request before.
    r"|(product|channel|supplier|main_category)_id|(rows|lines|allocations)(\.\d+)?(\.(id|sku|line_id|supplier_id))?"
    r"|url"  # Which addresses may be called.
    r"|first"  # A range that runs backwards.
    r"|sku"  # Another product has it.
    r"|ean"  # The check digit.
    r"|(parcels\.\d+)"  # Two weights that differ.
)
"""The fields of a request that no schema can say all about, since it depends on what there is, or on arithmetic."""


@dataclass
class Findings:
    """What came of the requests."""

    wrong: dict[str, str] = field(default_factory=dict)
    """What was wrong, the first case of each kind, with the curl that repeats it."""
    statuses: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    """Call -> how often it was answered with which status."""


def fuzz(app, token: str, *, every_rule: bool) -> Findings:
    """Make the requests to a WSGI application with this token.

    To try every rule of every schema takes three thousand requests, so `make test` does it with one key of two.
    """
    config = _config(token, every_rule or EXAMPLES > FEW)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    found = Findings()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            fault = event.value if isinstance(event, events.NonFatalError) else event.exception
            found.wrong.setdefault(f"schemathesis: {fault}", repr(fault))
        if isinstance(event, events.ScenarioFinished):
            _look_at(event.recorder, found)
    return found


def _look_at(recorder, found: Findings) -> None:
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            found.statuses[recorder.label][interaction.response.status_code] += 1
    for check in (check for checks in recorder.checks.values() for check in checks):
        if check.failure_info is not None:
            told = f"{check.failure_info.failure}\n{check.failure_info.code_sample}"
            found.wrong.setdefault(f"{recorder.label}: {check.name}", told)


def _config(token: str, every_rule: bool) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True},
            "phases": {"coverage": {"enabled": every_rule}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": TAKEN},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
            "operations": [{"include-path": WAYBILL, "checks": {"use_after_free": {"enabled": False}}}],
        }
    )


@schemathesis.hook
def before_call(context, case, kwargs):
    """Make up no cursor for a good request: a cursor is only ever what `next` gave, and no schema knows those."""
    if _is_good(case) and case.query:
        case.query.pop("cursor", None)


@schemathesis.check
def a_good_request_is_refused_only_for_what_no_schema_knows(ctx, response, case):
    if response.status_code == 422 and _is_good(case):
        faults = [fault for fault in response.json()["errors"] if "character that can't be" not in fault["message"]]
        wrong = [fault for fault in faults if not ONLY_WE_KNOW.fullmatch(fault["field"])]
        assert not wrong, f"The schema should have told: {wrong}"


def _is_good(case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive
