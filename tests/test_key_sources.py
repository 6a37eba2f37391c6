"""The key from its own file or the keyring, and warnings about files that others can read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from odoo_ingestion.config import Config, load_config_from_env
from odoo_ingestion.errors import ConfigurationError

SECRET = "t0p-s3cr3t"
PLACE = {
    "ODOO_URL": "https://odoo.example/web",
    "ODOO_DATABASE": "shop",
    "ODOO_USERNAME": "ada",
}


class Held(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self.keys: dict[tuple[str, str], str] = {}
        self.asked = 0
        self._locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self._locked:
            raise KeyringLocked
        return self.keys.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.keys[service, username] = password


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No variable, no .env and no keyring of the machine reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith("ODOO_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name, value in PLACE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # see above
    yield
    keyring.set_keyring(before)


@pytest.fixture
def held() -> Held:
    ring = Held()
    keyring.set_keyring(ring)
    keyring.set_password("odoo-ingestion", "ada@https://odoo.example/shop", SECRET)
    return ring


def write_key(text: str | bytes = f"{SECRET}\n", mode: int = 0o600) -> Path:
    path = Path("odoo.key").resolve()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def secret_of(config: Config) -> str:
    return config.api_key.get_secret_value()


def test_the_key_comes_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_API_KEY_FILE", str(write_key()))

    config = load_config_from_env()

    assert secret_of(config) == SECRET
    assert SECRET not in repr(config)
    assert config.cautions == ()


def test_the_file_may_be_named_in_the_env_file() -> None:
    Path(".env").write_text(f"ODOO_API_KEY_FILE={write_key()}\n")

    assert secret_of(load_config_from_env()) == SECRET


@pytest.mark.parametrize("variable", ["ODOO_API_KEY", "ODOO_PASSWORD"])
def test_a_key_that_is_set_goes_before_file_and_keyring(
    monkeypatch: pytest.MonkeyPatch, held: Held, variable: str
) -> None:
    monkeypatch.setenv(variable, "set")
    monkeypatch.setenv("ODOO_API_KEY_FILE", str(write_key()))

    assert secret_of(load_config_from_env()) == "set"
    assert held.asked == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), (" \n", "empty"), ("a\nb\n", "one line"), (b"\xff\xfe\xff", "UTF-8")],
)
def test_a_key_file_that_holds_no_key_is_told_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, text: str | bytes, words: str
) -> None:
    path = write_key(text)
    monkeypatch.setenv("ODOO_API_KEY_FILE", str(path))

    with pytest.raises(ConfigurationError, match=words) as caught:
        load_config_from_env()

    assert str(path) in caught.value.message
    assert "ODOO_API_KEY_FILE" in str(caught.value.hint)


def test_a_key_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_API_KEY_FILE", "nowhere.key")

    with pytest.raises(ConfigurationError, match=r"nowhere\.key.*No such file"):
        load_config_from_env()


@pytest.mark.parametrize(("mode", "warned"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_a_key_file_that_others_can_read_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, mode: int, warned: int
) -> None:
    path = write_key(mode=mode)
    monkeypatch.setenv("ODOO_API_KEY_FILE", str(path))

    cautions = load_config_from_env().cautions

    assert len(cautions) == warned
    assert all(f"chmod 600 {path}" in caution for caution in cautions)


@pytest.mark.parametrize(
    ("line", "mode", "warned"),
    [
        ("ODOO_API_KEY=x", 0o644, 1),
        (" export ODOO_PASSWORD='x'", 0o640, 1),
        ("ODOO_API_KEY=x", 0o600, 0),
        ("ODOO_API_KEY=", 0o644, 0),
        ("#ODOO_API_KEY=x", 0o644, 0),
    ],
)
def test_an_env_file_with_a_key_that_others_can_read_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, line: str, mode: int, warned: int
) -> None:
    monkeypatch.setenv("ODOO_API_KEY", SECRET)
    Path(".env").write_text(f"ODOO_LANG=x\n{line}\n")
    Path(".env").chmod(mode)

    cautions = load_config_from_env().cautions

    assert len(cautions) == warned
    assert all(".env" in caution and "chmod 600" in caution for caution in cautions)


def test_without_any_other_key_the_keyring_is_asked(held: Held) -> None:
    assert secret_of(load_config_from_env()) == SECRET
    assert held.asked == 1


def test_the_options_of_the_command_line_say_whose_key_is_asked_for(held: Held) -> None:
    held.keys["odoo-ingestion", "bob@https://other.example/shop"] = "bob's"

    assert secret_of(load_config_from_env(username="bob", url="other.example")) == "bob's"


@pytest.mark.usefixtures("held")
def test_a_keyring_without_that_login_leaves_the_key_missing() -> None:
    with pytest.raises(ConfigurationError, match="ODOO_API_KEY is not set"):
        load_config_from_env(username="bob")


def test_a_locked_keyring_is_told() -> None:
    keyring.set_keyring(Held(locked=True))

    with pytest.raises(ConfigurationError, match="keyring does not open") as caught:
        load_config_from_env()

    assert "ODOO_API_KEY_FILE" in str(caught.value.hint)


def test_a_machine_without_keyring_is_a_key_missing() -> None:
    with pytest.raises(ConfigurationError, match="ODOO_API_KEY is not set"):
        load_config_from_env()


@pytest.mark.usefixtures("held")
def test_without_the_library_the_key_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(ConfigurationError, match="ODOO_API_KEY is not set"):
        load_config_from_env()


def test_insecure_is_a_caution_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_API_KEY", SECRET)
    assert load_config_from_env().cautions == ()

    monkeypatch.setenv("ODOO_INSECURE", "1")

    (caution,) = load_config_from_env().cautions
    assert "INSECURE" in caution
    assert "https://odoo.example" in caution


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ODOO_RATE", "fast", "write it like 60/min"),
        ("ODOO_GIVE_UP_AFTER", "soon", "ODOO_GIVE_UP_AFTER"),
        ("ODOO_BREAKER_FAILURES", "0", "ODOO_BREAKER_FAILURES"),
        ("ODOO_BREAKER_SECONDS", "-1", "ODOO_BREAKER_SECONDS"),
        ("ODOO_INSECURE", "perhaps", "ODOO_INSECURE"),
    ],
)
def test_wrong_settings_of_the_connection_are_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv("ODOO_API_KEY", SECRET)
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigurationError, match=words):
        load_config_from_env()
