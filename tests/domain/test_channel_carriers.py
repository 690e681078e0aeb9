"""Which name a channel is told for a courier."""

import pytest

from webapp.connectors.channels import KINDS, kind_of
from webapp.domain import channel_carriers as naming
from webapp.domain.channel_carriers import CarrierNames, Named

FREE = CarrierNames((("gls", "GLS"), ("bartolini-brt", "BRT")), usual={"Bartolini": "bartolini-brt"})
LISTED = CarrierNames(FREE.known, free=False)


@pytest.mark.parametrize("written", ["GLS", "gls", "  G L S".replace(" ", ""), " GLS "])
def test_a_courier_that_is_named_as_there_goes_by_its_code(written):
    assert naming.named(FREE, {}, written) == Named("gls", "GLS")


@pytest.mark.parametrize("written", ["Bartolini", "BARTOLINI", "bartolini.", "BRT", "Bartolini-BRT"])
def test_a_usual_one_needs_no_choice(written):
    assert naming.named(FREE, {}, written) == Named("bartolini-brt", "BRT")


def test_the_merchants_choice_comes_first():
    assert naming.named(FREE, {"gls": "bartolini-brt"}, "GLS") == Named("bartolini-brt", "BRT")
    assert naming.named(FREE, {"gls italy": "Corriere mio"}, "GLS  Italy") == Named("Corriere mio", "Corriere mio")


def test_another_name_goes_as_it_is_where_the_channel_and_the_merchant_let_it():
    assert naming.named(FREE, {}, "GLS Italy") == Named("GLS Italy", "GLS Italy")
    assert naming.named(FREE, {}, "GLS Italy", as_it_is=False) is None
    assert naming.named(LISTED, {}, "GLS Italy") is None
    assert naming.named(LISTED, {"gls italy": "gls"}, "GLS Italy") == Named("gls", "GLS")


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_shipment_without_a_courier_has_nothing_to_translate(blank):
    assert naming.named(LISTED, {}, blank, as_it_is=False) == Named("", "")


def test_where_the_channel_shows_its_own_courier_any_name_goes():
    assert naming.named(CarrierNames(told=False), {}, "Anybody", as_it_is=False) == Named("Anybody", "Anybody")


def test_a_choice_that_the_channel_doesnt_know_is_refused_where_it_has_a_list():
    assert naming.fault(LISTED, "nobody") and not naming.fault(LISTED, "gls")
    assert not naming.fault(LISTED, "") and not naming.fault(FREE, "nobody")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_knows_the_couriers_that_merchants_use_or_takes_their_names(kind):
    wants = kind_of(kind).carriers
    for courier in ("BRT", "GLS", "DHL", "UPS", "FedEx", "TNT", "Poste Italiane", "SDA", "DPD", "InPost"):
        assert naming.named(wants, {}, courier) is not None
    codes = {code for code, _ in wants.known}
    assert not codes or set(wants.usual.values()) <= codes
