"""Which addresses of the internet an image may be fetched from: public ones alone."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from odoo_ingestion.images.content import ImageRefused
from odoo_ingestion.records import Category

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def public_addresses(host: str, port: int, allowed: Collection[str] = ()) -> list[str]:
    """Return the IP addresses of a host, all of them public: one that is not refuses the host.

    The caller connects to one of these, never to the name again: its next answer could be another.
    ``allowed`` are hosts that may have any address. Raises ImageRefused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ImageRefused(
            f"the host {host} is not known",
            "Correct the address, or try again later.",
            category=Category.CONNECTION,
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host not in allowed and not all(map(is_public, addresses)):
        raise ImageRefused(
            f"the host {host} is not on the public internet",
            "Images are not fetched from inside a network: save the image beside the file.",
        )
    return addresses


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public internet, also inside an IPv6 address.

    Not public are private, loopback, link-local, shared, reserved and multicast ones, and IPv6
    addresses that carry such an IPv4 one (mapped, 6to4, Teredo, NAT64).
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        carried = [one for one in inner if one is not None]
        if carried:
            return all(is_public(str(one)) for one in carried)
    return address.is_global and not address.is_multicast and not address.is_reserved
