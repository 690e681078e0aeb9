"""The couriers that WooCommerce's fulfilments know, by their keys there; any other goes by its name."""

from webapp.domain.channel import OutgoingShipment
from webapp.domain.channel_carriers import CarrierNames, default

OTHER = "other"
"""The key of a courier that is told by its name."""

KNOWN = (
    ("an-post", "An Post"),
    ("bartolini-brt", "BRT"),
    ("bpost", "bpost"),
    ("chronopost", "Chronopost"),
    ("correos", "Correos"),
    ("ctt", "CTT"),
    ("cyprus-post", "Cyprus Post"),
    ("deutsche-post", "Deutsche Post"),
    ("dhl", "DHL"),
    ("dpd", "DPD"),
    ("evri-hermes", "Evri"),
    ("fedex", "FedEx"),
    ("gls", "GLS"),
    ("inpost", "InPost"),
    ("la-poste-colissimo", "La Poste Colissimo"),
    ("mondial-relay", "Mondial Relay"),
    ("mrw", "MRW"),
    ("omniva", "Omniva"),
    ("parcelforce", "Parcelforce"),
    ("poczta-polska", "Poczta Polska"),
    ("poste-italiane", "Poste Italiane"),
    ("posten-norge-bring", "Posten Norge (Bring)"),
    ("postnl", "PostNL"),
    ("postnord", "PostNord"),
    ("royal-mail", "Royal Mail"),
    ("sda", "SDA"),
    ("seur", "SEUR"),
    ("swiss-post", "Swiss Post"),
    ("ups", "UPS"),
    ("usps", "USPS"),
    ("zasilkovna", "Packeta"),
)

CARRIERS = CarrierNames(
    KNOWN,
    usual={
        "Bartolini": "bartolini-brt",
        "Bring": "posten-norge-bring",
        "Colissimo": "la-poste-colissimo",
        "DHL Express": "dhl",
        "Hermes": "evri-hermes",
        "La Poste": "la-poste-colissimo",
        "Poste": "poste-italiane",
    },
)


def key_of(shipment: OutgoingShipment) -> str:
    """Return the key of the shipment's courier; OTHER where WooCommerce has none for it."""
    return default(CARRIERS, shipment.carrier) or default(CARRIERS, shipment.courier) or OTHER
