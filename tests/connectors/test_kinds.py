"""No kind of channel without its contract, its guide and its form."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.connectors.contract import Contract
from webapp.connectors.channels import KINDS, kind_of, verdict_on_webhook
from webapp.domain import partial_policy

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_runs_the_contract(kind):
    module = import_module(f"tests.connectors.{kind}.test_contract")
    suites = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Contract)]
    assert [one for one in suites if one is not Contract]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sandbox"])
def test_each_kind_has_a_guide_that_the_readme_names(kind):
    assert kind_of(kind).name in (ROOT / "docs" / "channels" / f"{kind}.md").read_text()
    assert f"docs/channels/{kind}.md" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_takes_one_shipment_an_order_asks_when_to_tell_of_it(kind):
    described = kind_of(kind)
    asks = any(field.choices == partial_policy.POLICIES for field in described.fields)
    assert asks is not described.capabilities.partial_shipments


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_sends_webhooks_says_where_and_believes_none_without_a_signature(kind):
    described = kind_of(kind)
    assert bool(described.webhook_place) is described.capabilities.inbound_webhook
    if described.capabilities.inbound_webhook:
        assert verdict_on_webhook(kind, {}, b'{"id": 1}', {"secret": "s", "hook_secret": "h"}) == "forged"
    else:
        with pytest.raises(KeyError):
            verdict_on_webhook(kind, {}, b"", {})
