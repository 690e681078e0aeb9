"""Where a buyer can follow a parcel: the tracking pages of the usual couriers, and what the pattern of one must be."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

CODE = "{code}"
"""Stands for the tracking code in a pattern."""

PATTERNS = {
    "BRT": "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={code}",
    "DHL": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={code}",
    "DPD": "https://tracking.dpd.de/status/en_US/parcel/{code}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={code}",
    "GLS": "https://gls-group.eu/track/{code}",
    "La Poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={code}",
    "Poste Italiane": "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{code}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{code}",
    "SDA": "https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura={code}",
    "TNT": "https://www.tnt.com/express/it_it/site/shipping-tools/tracking.html?searchType=con&cons={code}",
    "UPS": "https://www.ups.com/track?tracknum={code}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={code}",
}
"""Courier's name -> its page, with {code} for the tracking code."""

CARRIERS = tuple(PATTERNS)

LONGEST = 500
"""Signs of an address that a shipment can keep."""


def key(name: str) -> str:
    """Fold a courier's name for comparison: case and runs of blanks don't make another courier."""
    return " ".join(name.split()).casefold()[:80]


def url(pattern: str, code: str) -> str | None:
    """Return the page of this code; None without a pattern or code, or where the address would be too long."""
    if not pattern or not code.strip():
        return None
    # Replaced, not formatted: a pattern is typed by people and must reach nothing but the code.
    found = pattern.replace(CODE, quote(code.strip(), safe=""))
    return found if len(found) <= LONGEST else None


def url_for(carrier: str, code: str, patterns: Mapping[str, str] = PATTERNS) -> str | None:
    """Return the page that follows this parcel; None without a code or for a courier that isn't among the patterns."""
    known = {key(name): pattern for name, pattern in patterns.items()}
    return url(known.get(key(carrier), ""), code)


def fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern; None for one that can be used. An empty one says: no tracking page."""
    if not pattern:
        return None
    if CODE not in pattern:
        return "Put {code} where the tracking code belongs."
    try:
        parts = urlsplit(pattern)
        host = parts.hostname or ""
    except ValueError:
        return "This isn't a web address."
    if parts.scheme not in ("http", "https") or not host:
        return "Give a whole address that starts with https:// or http://."
    if CODE in parts.netloc or any(sign.isspace() for sign in pattern):
        return "Keep {code} behind the site's name, and leave out blanks."
    return None
