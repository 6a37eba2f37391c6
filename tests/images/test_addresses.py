import socket
from typing import Any

import pytest

from odoo_ingestion.images import ImageRefused
from odoo_ingestion.images.addresses import is_public, public_addresses


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "127.8.9.1", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254",),
        *("100.64.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
        *("2001:0:a00:1::ffff:ffff",),
    ],
)
def test_addresses_inside_a_network_are_not_public(text: str) -> None:
    assert not is_public(text)


def answering(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return getaddrinfo


def test_a_host_with_public_addresses_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("93.184.216.34", "93.184.216.34"))
    assert public_addresses("shop.example", 443) == ["93.184.216.34"]


def test_one_private_address_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("93.184.216.34", "10.0.0.1"))
    with pytest.raises(ImageRefused, match=r"shop\.example is not on the public internet"):
        public_addresses("shop.example", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433"])
def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(ImageRefused):
        public_addresses(host, 80)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example"])
def test_a_host_that_is_not_known_is_told(host: str) -> None:
    with pytest.raises(ImageRefused, match="is not known"):
        public_addresses(host, 80)


def test_a_host_may_be_allowed_by_code() -> None:
    assert public_addresses("127.0.0.1", 80, allowed={"127.0.0.1"}) == ["127.0.0.1"]
