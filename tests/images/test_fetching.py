import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from odoo_ingestion.images import ImageRefused
from odoo_ingestion.images.fetching import fetch_image
from odoo_ingestion.records import Category
from tests.images.pictures import png
from tests.images.shop import Shop, open_shop

HERE = frozenset({"127.0.0.1"})


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as running:
        yield running


def test_an_image_is_fetched_without_cookies_or_credentials(shop: Shop) -> None:
    shop.asked.clear()
    assert fetch_image(shop.url("/tea?size=2&n=é x"), allowed=HERE) == png()
    ((path, headers),) = shop.asked
    assert path == "/tea?size=2&n=%C3%A9%20x"
    assert headers["Host"] == f"127.0.0.1:{shop.server_port}"
    assert not {"Cookie", "Authorization", "Proxy-Authorization"} & set(headers)


def test_a_redirect_is_followed_without_its_cookies(shop: Shop) -> None:
    assert fetch_image(shop.url("/moved"), allowed=HERE) == png()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/missing", "127.0.0.1 answered 404 Not Found"),
        ("/inside", "the host localhost is not on the public internet"),
        ("/file", "no http or https address"),
        ("/circle", "redirects again and again"),
        ("/told_large", "10 MB is the most"),
        ("/large", "10 MB is the most"),
        ("/short", "the answer broke off"),
    ],
)
def test_what_goes_wrong_is_said(shop: Shop, path: str, said: str) -> None:
    with pytest.raises(ImageRefused, match=said):
        fetch_image(shop.url(path), allowed=HERE)


def test_an_answer_that_drips_is_cut_at_the_time_limit(shop: Shop) -> None:
    began = time.monotonic()
    with pytest.raises(ImageRefused, match="it took too long") as caught:
        fetch_image(shop.url("/slow"), allowed=HERE, seconds=0.3)
    assert time.monotonic() - began < 10
    assert caught.value.category is Category.CONNECTION


def test_private_addresses_are_never_asked(shop: Shop) -> None:
    shop.asked.clear()
    with pytest.raises(ImageRefused, match="not on the public internet"):
        fetch_image(shop.url("/tea"))
    assert shop.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1"])
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *a, **k: (
            rebinding(host, port) if host == "shop.example" else real(host, port, *a, **k)
        ),
    )
    url = shop.url("/tea").replace("127.0.0.1", "shop.example")
    assert fetch_image(url, allowed={"shop.example"}) == png()
    assert asked == ["shop.example"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.example/a.png", "no http or https address"),
        ("https://", "no http or https address"),
        ("http://a.example:99999/", "no http or https address"),
        ("http://[::1/", "no http or https address"),
        ("https://ann:secret@a.example/a.png", "the address at a.example holds a login"),
    ],
)
def test_an_address_that_is_not_fetched_is_refused(url: str, said: str) -> None:
    with pytest.raises(ImageRefused, match=said) as caught:
        fetch_image(url)
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/a.png"
        with pytest.raises(ImageRefused, match="cannot be fetched from 127"):
            fetch_image(url, allowed=HERE)


def test_certificates_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with open_shop(context) as secure:
        with pytest.raises(ImageRefused, match="certificate verify failed"):
            fetch_image(secure.url("/tea"), allowed=HERE)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert fetch_image(secure.url("/tea"), allowed=HERE) == png()
        with pytest.raises(ImageRefused, match="it took too long"):
            fetch_image(secure.url("/slow"), allowed=HERE, seconds=0.3)
