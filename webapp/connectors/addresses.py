"""Which network addresses an outbound call may reach: public ones, and what the operator allows beside them."""

import ipaddress
import re
import socket
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NEVER_PUBLIC: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # Carriers' own addresses, and Alibaba's metadata service among them.
        "168.63.129.16/32",  # Azure's host agent has a public address that means the machine below.
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/96",
        "2001::/23",
        "3fff::/20",
        "5f00::/16",
        "64:ff9b:1::/48",
    )
)
"""What Python's `is_global` lets through although it leads nowhere public (IANA's special-purpose registries)."""

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)


class BlockedError(Exception):
    """This address may not be called; nothing was sent."""


class Policy:
    """What may be reached although it isn't public. Entries are hosts, `host:port` pairs or networks."""

    def __init__(self, allow: Iterable[str]) -> None:
        self._hosts: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[Network, int | None]] = []
        for entry in allow:
            self._add(entry.strip().lower())

    def _add(self, entry: str) -> None:
        parts = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([^:]+):(\d+)|(.+)", entry)
        if parts is None:
            raise ValueError("An entry of the outbound allow-list is empty.")
        host = parts[1] or parts[3] or parts[5]
        port = int(parts[2] or parts[4]) if parts[2] or parts[4] else None
        try:
            self._networks.append((ipaddress.ip_network(host), port))
        except ValueError:
            if "/" in host:
                raise ValueError(f"{entry!r} in the outbound allow-list isn't a network.") from None
            self._hosts.add((host.rstrip("."), port))

    def vetted(self, host: str, port: int) -> list[str]:
        """Resolve `host` once and return those of its addresses that may be connected to.

        Raise BlockedError where there is none, OSError where the name isn't known now.
        """
        name = host.strip("[]").lower().rstrip(".")
        found = resolve(name, port)
        if {(name, None), (name, port)} & self._hosts:
            return [str(address) for address in found]
        good = [str(address) for address in found if is_public(address) or self._allows(address, port)]
        if not good:
            raise BlockedError("This address isn't public, and the outbound allow-list doesn't name it.")
        return good

    def _allows(self, address: Address, port: int) -> bool:
        plain = embedded(address) or address
        return any(plain in network and only in (None, port) for network, only in self._networks)


def resolve(name: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the resolver's order.

    Raise BlockedError for an odd spelling, OSError where the name isn't known now.
    """
    try:
        return [ipaddress.ip_address(name)]
    except ValueError:
        pass
    if _NUMERIC.fullmatch(name) or "%" in name or ":" in name:
        raise BlockedError("Write a numeric address in its usual form.")
    try:
        answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise BlockedError("This isn't a valid host name.") from error
    return list(dict.fromkeys(ipaddress.ip_address(answer[4][0]) for answer in answers))


def is_public(address: Address) -> bool:
    """Tell whether an address is reachable by anybody on the internet, also where it holds another one inside."""
    inside = embedded(address)
    if inside is not None:
        return is_public(inside)
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not odd and not any(address in network for network in NEVER_PUBLIC)


def embedded(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64); None where it is itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
