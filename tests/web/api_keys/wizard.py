"""The key wizard as a person goes through it: what is typed, the hidden fields of its pages, the secret it shows."""

import re
from html import unescape

from webapp.actions import api_keys
from webapp.actions.api_keys import Issued, KeyDraft

TYPED = {
    "name": "Nord’s “own” <program>",
    "contact_name": "Tina Tech",
    "contact_email": "tina@nord.example",
    "orders": "write",
    "products": "read",
    "shipping": "write",
    "hides_customer": "y",
    "hides_prices": "y",
    "expires_at": "2031-05-17",
    "allowed_addresses": "127.0.0.0/8\n2001:db8::/32",
    "requests_per_minute": "120",
}


def field(page: str, name: str) -> str:
    """Return the value of an input or a text, or of the option that a select has chosen."""
    for tag in re.findall(r"<input [^>]*>", page):
        if f'name="{name}"' in tag:
            value = re.search(r'value="([^"]*)"', tag)
            if "checkbox" in tag:
                return "y" if " checked" in tag else ""
            return unescape(value[1]) if value else ""
    text = re.search(rf'<textarea [^>]*name="{name}"[^>]*>\r?\n?([^<]*)</textarea>', page)
    if text:
        return unescape(text[1])
    chosen = re.search(rf'<select[^>]*name="{name}"[^>]*>.*?<option selected value="([^"]*)"', page, re.DOTALL)
    assert chosen, f"no field {name}"
    return unescape(chosen[1])


def values(page: str) -> dict[str, str]:
    """Return everything that the form on a page would send; unticked boxes send nothing."""
    names = set(re.findall(r'<(?:input|select|textarea) [^>]*name="([^"]+)"', page)) - {"csrf_token"}
    return {name: value for name in names if (value := field(page, name)) or name == "supplier_id"}


def typed(client, supplier=None, **changes) -> dict[str, str]:
    """Return a filled form with the number that a fresh one carries."""
    nonce = field(client.get("/api-keys/new").text, "nonce")
    return {**TYPED, "supplier_id": str(supplier.id) if supplier else "", "nonce": nonce, **changes}


def shown_secret(page: str) -> str:
    """Return the secret on a page; empty where there is none."""
    found = re.search(r"xd_sk_[0-9A-Za-z_]+", page)
    return found[0] if found else ""


def main(page: str) -> str:
    """Return what a page says, without the frame, whose CSRF token differs each second."""
    return page.partition("<main")[2]


def issue(cast, supplier=None, **rights) -> Issued:
    """Issue a key of the store as its merchant, without the wizard."""
    draft = KeyDraft("Robot", supplier_id=supplier.id if supplier else None, **{"orders": "read", **rights})
    return api_keys.issue(cast.viewer(cast.merchant), draft)


def enabled(cast, supplier=None, **rights) -> Issued:
    """Issue a key and let the admin enable it."""
    issued = issue(cast, supplier, **rights)
    return Issued(api_keys.enable(cast.viewer(cast.admin), issued.key.id), issued.secret_key)


def token(client, issued: Issued, secret: str = "") -> object:
    """Ask the API for a token with the pair; return the answer."""
    pair = {"client_id": issued.key.public_key, "client_secret": secret or issued.secret_key}
    return client.post("/api/v1/oauth/access_token", json={**pair, "grant_type": "client_credentials"})
