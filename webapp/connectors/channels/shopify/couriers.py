"""The couriers whose tracking pages Shopify knows, as `FulfillmentTrackingInput.company` names them; any other goes."""

from webapp.domain.channel_carriers import CarrierNames

NAMES = (
    *("An Post", "BPost", "BRT", "Chronopost", "Colissimo", "Correos", "CTT", "Cyprus Post", "Deutsche Post", "DHL"),
    *("DHL eCommerce", "DHL Express", "DHL Parcel", "DPD", "DPD UK", "Evri", "FedEx", "GLS", "GLS Italy", "Inpost"),
    *("La Poste Colissimo", "Mondial Relay", "Packeta", "Parcelforce", "Poste Italiane", "PostNL", "Royal Mail"),
    *("SEUR", "Swiss Post", "TNT", "UPS", "USPS"),
)

CARRIERS = CarrierNames(
    tuple((name, name) for name in NAMES),
    usual={
        "Bartolini": "BRT",
        "Hermes": "Evri",
        "La Poste": "La Poste Colissimo",
        "Poste": "Poste Italiane",
        "TNT Express": "TNT",
    },
)
"""Shopify knows no SDA, so that one goes by its name, with the tracking address that it has here."""
