"""The life of a request to a stock: cancel these units, for the buyer no longer wants them."""

STATUSES: tuple[tuple[str, str], ...] = (
    ("asked", "Asked to cancel"),
    ("granted", "Canceled"),
    ("refused", "Too late: it leaves"),
    ("overtaken", "Shipped before an answer"),
    ("withdrawn", "No longer asked for"),
)
"""Every status with the name that people read; all but the first are final."""
