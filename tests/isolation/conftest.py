"""Isolation is proved on whole estates: one of everything for each logistics service, and for the stranger's store."""

from tests.isolation.things import doors, estates

__all__ = ["doors", "estates"]
