"""Settings: where they come from, which wins, and what is said when they are wrong."""

from __future__ import annotations

import os
import pickle
import re
import traceback
from pathlib import Path

import pytest
from pydantic import AliasChoices, ValidationError

from odoo_ingestion.addresses import normalize_url
from odoo_ingestion.config import Config, load_config_from_env
from odoo_ingestion.errors import ConfigurationError

SECRET = "t0p-s3cr3t"
WHOLE = {
    "ODOO_URL": "https://odoo.example",
    "ODOO_DATABASE": "shop",
    "ODOO_USERNAME": "ada",
    "ODOO_API_KEY": SECRET,
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable, no .env file and no keyring of the machine reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith("ODOO_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("odoo_ingestion.config.read_keyring", lambda *_: None)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)


def write_env(text: str, encoding: str = "utf-8") -> None:
    Path(".env").write_text(text, encoding=encoding)


def whole_env(**others: str) -> str:
    return "".join(f"{name}={value}\n" for name, value in (WHOLE | others).items())


# --- where values come from -----------------------------------------------------------------


def test_the_environment_is_read(whole: None) -> None:
    config = load_config_from_env()

    assert (config.url, config.database, config.username) == ("https://odoo.example", "shop", "ada")
    assert config.api_key.get_secret_value() == SECRET
    assert config.failed_dir == Path("data/failed")
    assert config.log_dir == Path("logs")
    assert config.proxy is None
    assert config.ca_file is None


def test_the_env_file_of_the_current_folder_is_read() -> None:
    write_env(whole_env(ODOO_TIMEOUT="33"))

    config = load_config_from_env()

    assert config.database == "shop"
    assert config.timeout == 33


@pytest.mark.parametrize(
    ("written", "protocol"),
    [("", "auto"), ("auto", "auto"), ("JSON-2", "json2"), ("xml-rpc", "xmlrpc")],
)
def test_the_protocol_is_read_however_it_is_spelt(written: str, protocol: str) -> None:
    write_env(whole_env(ODOO_PROTOCOL=written))

    assert load_config_from_env().protocol == protocol
    assert load_config_from_env(protocol="xmlrpc").protocol == "xmlrpc"


def test_an_env_file_written_by_windows_is_read() -> None:
    write_env(whole_env().replace("\n", "\r\n"), encoding="utf-8-sig")

    assert load_config_from_env().url == "https://odoo.example"


def test_arguments_win_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_env(whole_env(ODOO_TRIES="2"))
    monkeypatch.setenv("ODOO_DATABASE", "environment")
    monkeypatch.setenv("ODOO_USERNAME", "grace")

    config = load_config_from_env(database="argument", url="http://localhost:8069/web")

    assert config.url == "http://localhost:8069"
    assert config.database == "argument"
    assert config.username == "grace"
    assert config.tries == 2


@pytest.mark.parametrize(
    ("alias", "field"),
    [
        ("ODOO_DB", "database"),
        ("ODOO_USER", "username"),
        ("ODOO_LOGIN", "username"),
        ("ODOO_PASSWORD", "api_key"),
    ],
)
def test_an_alias_in_the_environment_wins_over_the_name_proper_in_the_file(
    monkeypatch: pytest.MonkeyPatch, alias: str, field: str
) -> None:
    write_env(whole_env())
    monkeypatch.setenv(alias, "from-alias")

    value = getattr(load_config_from_env(), field)

    assert (value if isinstance(value, str) else value.get_secret_value()) == "from-alias"


def test_the_name_proper_wins_over_its_alias(whole: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_DB", "alias")

    assert load_config_from_env().database == "shop"


def test_variables_of_the_system_are_not_taken_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("USERNAME", "URL", "DATABASE", "API_KEY", "TIMEOUT"):
        monkeypatch.setenv(name, "something else")

    with pytest.raises(ConfigurationError, match="ODOO_USERNAME is not set"):
        load_config_from_env()


def test_blanks_around_pasted_values_are_dropped(
    whole: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_API_KEY", f" {SECRET}\n")
    monkeypatch.setenv("ODOO_URL", " https://odoo.example/ ")

    config = load_config_from_env()

    assert config.api_key.get_secret_value() == SECRET
    assert config.url == "https://odoo.example"


def test_a_config_is_a_value_that_does_not_change(whole: None) -> None:
    config = load_config_from_env()

    with pytest.raises(ValidationError):
        config.url = "https://other.example"  # type: ignore[misc]  # frozen: that is the point
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own bytes


def test_folders_may_begin_with_the_home_folder(
    whole: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_FAILED_DIR", "~/failed")

    assert load_config_from_env().failed_dir == Path.home() / "failed"


# --- what is said when something is wrong ---------------------------------------------------


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_config_from_env()

    for name in WHOLE:
        assert f"{name} is not set" in caught.value.message
    assert ".env.template" in str(caught.value.hint)
    assert "--database" in str(caught.value.hint)
    assert "there is none yet" in str(caught.value.hint)


def test_an_empty_variable_is_a_missing_one(whole: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_DATABASE", "")
    monkeypatch.setenv("ODOO_USERNAME", "  ")
    write_env("ODOO_PASSWORD=\n")

    with pytest.raises(ConfigurationError) as caught:
        load_config_from_env()

    assert "ODOO_DATABASE is not set" in caught.value.message
    assert "ODOO_USERNAME is not set" in caught.value.message
    assert "ODOO_API_KEY" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ODOO_PROTOCOL", "soap"),
        ("ODOO_TIMEOUT", "soon"),
        ("ODOO_TIMEOUT", "0"),
        ("ODOO_TIMEOUT", "nan"),
        ("ODOO_POOL_SIZE", "0"),
        ("ODOO_TRIES", "1.5"),
        ("ODOO_RETRY_MAX_WAIT", "-1"),
        ("ODOO_URL", "ftp://odoo.example"),
        ("ODOO_PROXY", "socks5://proxy:1080"),
        ("ODOO_PROXY", "http://proxy:port"),
        ("ODOO_PROXY", "http://"),
    ],
)
def test_a_wrong_value_names_its_variable(
    whole: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=f"{name} is wrong: ") as caught:
        load_config_from_env()

    assert "pydantic" not in caught.value.message
    assert "Value error" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ODOO_API_KEY", f"{SECRET}\n{SECRET}"),
        ("ODOO_URL", f"https://ada:{SECRET}@odoo.example"),
        ("ODOO_URL", f"https://{SECRET}@odoo.example:port"),
        ("ODOO_PROXY", f"socks5://ada:{SECRET}@proxy"),
        ("ODOO_PROXY", f"http://ada:{SECRET}@proxy:port"),
    ],
)
def test_no_message_repeats_a_secret(
    whole: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("ODOO_TIMEOUT", "soon")
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as caught:
        load_config_from_env()

    assert f"{name} is wrong" in caught.value.message
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in f"{caught.value.hint}{caught.value.__context__!r}"


def test_a_wrong_config_made_by_hand_shows_no_secret_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Config(url="x y", database="", username="u", api_key=SECRET, _env_file=None)

    assert SECRET not in f"{caught.value}{caught.value!r}"


def test_a_config_does_not_show_its_secrets(whole: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:{SECRET}@proxy:3128")

    config = load_config_from_env()

    assert config.proxy is not None
    assert SECRET not in f"{config}{config!r}{config.model_dump()}{config.model_dump_json()}"


def test_a_file_that_is_no_text_is_named() -> None:
    write_env(whole_env(ODOO_DATABASE="Käse"), encoding="utf-16")

    with pytest.raises(ConfigurationError, match=r"\.env is not UTF-8"):
        load_config_from_env()


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    write_env(whole_env())
    monkeypatch.setattr("dotenv.dotenv_values", refuse)

    with pytest.raises(ConfigurationError, match=r"\.env cannot be read: Permission denied"):
        load_config_from_env()


def test_a_folder_in_the_file_s_place_is_no_settings() -> None:
    Path(".env").mkdir()

    with pytest.raises(ConfigurationError, match="is not set"):
        load_config_from_env()


# --- the address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("https://odoo.example", "https://odoo.example"),
        ("odoo.example", "https://odoo.example"),
        ("odoo.example:8443", "https://odoo.example:8443"),
        ("HTTPS://Odoo.Example/", "https://odoo.example"),
        ("https://odoo.example:443", "https://odoo.example"),
        ("http://odoo.example:80/", "http://odoo.example"),
        ("'https://odoo.example'", "https://odoo.example"),
        ("localhost:8069", "http://localhost:8069"),
        ("127.0.0.1:8069/web", "http://127.0.0.1:8069"),
        ("[::1]:8069", "http://[::1]:8069"),
        ("https://odoo.example/web", "https://odoo.example"),
        ("https://odoo.example/web/login?db=shop", "https://odoo.example"),
        ("https://odoo.example/web#action=1&model=x", "https://odoo.example"),
        ("https://odoo.example/odoo/action-123", "https://odoo.example"),
        ("https://odoo.example/odoo", "https://odoo.example"),
        ("https://odoo.example/xmlrpc/2/object", "https://odoo.example"),
        ("https://odoo.example/jsonrpc", "https://odoo.example"),
        ("https://odoo.example/erp/", "https://odoo.example/erp"),
        ("https://odoo.example/erp/web/login", "https://odoo.example/erp"),
        ("https://odoo.example/odoo/web/login", "https://odoo.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_as_people_paste_it(pasted: str, address: str) -> None:
    assert normalize_url(pasted) == address
    assert normalize_url(address) == address


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "no host"),
        ("https://", "no host"),
        ("https:///web", "no host"),
        ("my odoo", "no host"),
        ("https://odoo.example:port", "not an address"),
        ("https://odoo.example:99999", "not an address"),
        ("https://[::1", "not an address"),
        ("ftp://odoo.example", "http"),
        ("https://ada:pw@odoo.example", "before the @"),
        ("ada:pw@odoo.example", "before the @"),
        (f"https://{'ü' * 70}.example", "host name"),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(wrong: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        normalize_url(wrong)

    assert "pw" not in str(caught.value)


# --- proxies and certificates ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "variables", "proxy"),
    [
        ("https://odoo.example", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://odoo.example", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://odoo.example", {"HTTP_PROXY": "p:1"}, "http://p:1"),
        ("https://odoo.example", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://odoo.example", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, None),
        ("https://odoo.example", {"HTTPS_PROXY": "p:1", "ODOO_PROXY": "http://q:2"}, "http://q:2"),
        ("http://localhost:8069", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://127.0.0.1:8069", {"HTTP_PROXY": "http://p:1"}, None),
    ],
)
def test_the_proxy_is_found(
    whole: None,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    variables: dict[str, str],
    proxy: str | None,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    found = load_config_from_env(url=url).proxy

    assert (found.get_secret_value() if found else None) == proxy


def test_an_empty_proxy_is_none() -> None:
    config = Config(
        url="http://odoo.example",
        database="d",
        username="u",
        api_key=SECRET,
        proxy="",
        _env_file=None,
    )

    assert config.proxy is None


@pytest.mark.parametrize("name", ["ODOO_CA_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_further_authorities_are_found(
    whole: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/etc/company.pem")

    assert load_config_from_env().ca_file == Path("/etc/company.pem")


# --- .env.template --------------------------------------------------------------------------

TEMPLATE = Path(__file__).parent.parent / ".env.template"


def known_variables() -> dict[str, list[str]]:
    """Every setting's variables, the name proper first."""
    known = {}
    for name, field in Config.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [f"ODOO_{name.upper()}"]
        known[name] = [str(choice) for choice in choices]
    return known


def test_the_template_names_every_variable_and_no_other() -> None:
    text = TEMPLATE.read_text("utf-8")

    proper = re.findall(r"^#?(ODOO_\w+)=", text, re.MULTILINE)

    assert sorted(proper) == sorted(names[0] for names in known_variables().values())
    assert all(name in text for names in known_variables().values() for name in names)


def test_the_defaults_in_the_template_are_true(whole: None) -> None:
    config = load_config_from_env()

    told = dict(re.findall(r"^#(ODOO_\w+)=(.+)$", TEMPLATE.read_text("utf-8"), re.MULTILINE))

    assert len(told) >= 8
    for field, names in known_variables().items():
        if names[0] in told:
            default = getattr(config, field)
            assert told[names[0]] == (
                f"{default:g}" if isinstance(default, float) else str(default)
            )


def test_the_template_filled_in_is_a_configuration() -> None:
    text = TEMPLATE.read_text("utf-8")
    for name, value in WHOLE.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    write_env(text)

    assert load_config_from_env().username == "ada"


def test_the_template_as_it_is_says_what_to_fill_in() -> None:
    write_env(TEMPLATE.read_text("utf-8"))

    with pytest.raises(ConfigurationError, match="ODOO_URL is not set") as caught:
        load_config_from_env()

    assert "there is none" not in str(caught.value.hint)
