"""The real schemas of Shopify's Admin API, by version."""

import gzip
import json
from functools import cache

from graphql import GraphQLSchema, build_client_schema

from tests.servers.shopify.install import install

VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
"""Which they are, to be known before they are installed."""


def versions() -> tuple[str, ...]:
    """Return the stable versions that were installed, oldest first."""
    return tuple(sorted(path.name[6:13] for path in install().glob("admin_20*.json.gz")))


@cache
def schema(version: str) -> GraphQLSchema:
    """Return a version's schema. Shopify deprecates fields that its interfaces don't, hence `assume_valid`."""
    told = json.loads(gzip.decompress((install() / f"admin_{version}.json.gz").read_bytes()))
    return build_client_schema(told.get("data", told), assume_valid=True)
