"""Each document against each version of the real schema: no wrong name, no deprecated one, not too dear."""

import pytest
from graphql import NoDeprecatedCustomRule, parse, validate

from tests.servers.shopify.cost import MOST, Costs
from tests.servers.shopify.schema import VERSIONS, schema, versions
from webapp.connectors.channels.shopify import KIND, PAGE_SIZE, documents, products
from webapp.connectors.channels.shopify.address import DEFAULT_VERSION
from webapp.connectors.channels.shopify.held import MOST as FULFILMENTS

pytestmark = pytest.mark.xdist_group("shopify")

SINCE = {"SET_STOCK_ONCE": "2026-01"}
"""Documents that are asked of later versions alone."""

DOCUMENTS = {name: text for name, text in vars(documents).items() if name.isupper() and not name.startswith("_")}


def test_there_are_five_versions_and_the_newest_is_the_default():
    assert versions() == VERSIONS and len(VERSIONS) == 5
    assert VERSIONS[-1] == DEFAULT_VERSION
    assert next(field.default for field in KIND.fields if field.name == "version") == DEFAULT_VERSION


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_is_valid_in_every_version_without_a_deprecated_name(version):
    assert len(DOCUMENTS) >= 12
    for name, text in DOCUMENTS.items():
        if version < SINCE.get(name, ""):
            continue
        document = parse(text)
        assert validate(schema(version), document) == [], name
        assert validate(schema(version), document, [NoDeprecatedCustomRule]) == [], name


def test_the_rules_find_wrong_and_deprecated_names():
    wrong, old = parse("{ shop { nickname } }"), parse("{ shop { storefrontUrl } }")
    assert validate(schema(DEFAULT_VERSION), wrong)
    assert validate(schema(DEFAULT_VERSION), old, [NoDeprecatedCustomRule])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_costs_more_than_a_query_may(name):
    first = {"ORDERS": PAGE_SIZE, "HELD": FULFILMENTS, "PRODUCTS": products.PAGE_SIZE}.get(name)
    assert 0 < Costs(schema(DEFAULT_VERSION), parse(DOCUMENTS[name]), {"first": first}).total <= MOST
