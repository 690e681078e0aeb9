"""How this process writes its log: one line an event, tracebacks without the values of variables."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up the log; among the variables of a traceback are passwords and secrets, so they are left out."""
    plain = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback)
    *before, _ = structlog.get_config()["processors"]
    number = logging.getLevelNamesMapping().get(level, logging.INFO)
    structlog.configure(
        processors=[*before, plain],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=False,
    )
