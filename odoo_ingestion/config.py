"""The settings of one connection: options over environment over the ``.env`` file."""

from __future__ import annotations

import re
import urllib.request
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from odoo_ingestion.errors import ConfigurationError

_LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|::1)", re.IGNORECASE)
PROTOCOLS = ("auto", "xmlrpc", "json2")
_ENTRY_POINTS = ("web", "odoo", "xmlrpc", "jsonrpc", "json")
"""First segments of the addresses that Odoo itself serves (addons ``web`` and ``rpc``)."""

_EXPLANATIONS = {
    "url": ("ODOO_URL", "the address of your Odoo, like https://example.odoo.com"),
    "database": ("ODOO_DATABASE", "the name of the database"),
    "username": ("ODOO_USERNAME", "the login, often an e-mail address"),
    "api_key": ("ODOO_API_KEY", "an API key (Preferences > Account Security) or the password"),
}


class Config(BaseSettings):
    """Where Odoo is, who logs in, and how patient to be.

    ``protocol`` is ``xmlrpc``, ``json2`` or ``auto`` (JSON-2 where the server has it and takes the
    key). ``timeout`` is the seconds to wait for an answer, ``connect_timeout`` those to reach the
    server; ``pool_size`` the connections kept open; ``tries`` how often a call is made at most,
    ``retry_max_wait`` the longest pause between two tries and ``retry_max_seconds`` the time after
    which no new try begins. ``proxy`` comes from ``ODOO_PROXY``, else from ``HTTPS_PROXY``,
    ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``; a loopback address is never asked through a
    proxy. ``ca_file`` holds further certificate authorities in PEM form.

    Raises pydantic's ValidationError, which shows no values; ``load_config_from_env`` turns it
    into a ConfigurationError.
    """

    model_config = SettingsConfigDict(
        env_prefix="ODOO_",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    url: str
    database: str = Field(min_length=1, validation_alias=AliasChoices("ODOO_DATABASE", "ODOO_DB"))
    username: str = Field(
        min_length=1, validation_alias=AliasChoices("ODOO_USERNAME", "ODOO_USER", "ODOO_LOGIN")
    )
    api_key: SecretStr = Field(
        min_length=1, validation_alias=AliasChoices("ODOO_API_KEY", "ODOO_PASSWORD")
    )
    protocol: Literal["auto", "xmlrpc", "json2"] = "auto"
    timeout: float = Field(default=180.0, gt=0, le=86_400, allow_inf_nan=False)
    connect_timeout: float = Field(default=10.0, gt=0, le=600, allow_inf_nan=False)
    pool_size: int = Field(default=8, ge=1, le=64)
    tries: int = Field(default=5, ge=1, le=50)
    retry_max_wait: float = Field(default=30.0, ge=0, le=3_600, allow_inf_nan=False)
    retry_max_seconds: float = Field(default=600.0, ge=0, le=86_400, allow_inf_nan=False)
    proxy: SecretStr | None = Field(
        default_factory=lambda data: _proxy_from_environment(data.get("url", "")),
        validate_default=True,
    )
    ca_file: Path | None = Field(
        default=None,
        validation_alias=AliasChoices("ODOO_CA_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    )
    log_dir: Path = Path("logs")
    failed_dir: Path = Path("data/failed")
    journal: Path = Path("data/journal.sqlite")

    @field_validator("url")
    @classmethod
    def _normalize(cls, value: str) -> str:
        return normalize_url(value)

    @field_validator("database", "username", "api_key", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        """Drop blanks around a pasted value; refuse what no header or XML can carry."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(text, str):
            return value
        if any(ord(character) < 32 for character in text.strip()):
            raise ValueError("it holds a line break or another control character")
        return text.strip()

    @field_validator("protocol", mode="before")
    @classmethod
    def _check_protocol(cls, value: Any) -> Any:
        name = str(value).strip().lower().replace("-", "")
        if name not in PROTOCOLS:
            raise ValueError(f"it must be one of {', '.join(PROTOCOLS)}")
        return name

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        text = value.get_secret_value()
        return SecretStr(_check_proxy(text if "://" in text else f"http://{text}"))

    @field_validator("ca_file", "log_dir", "failed_dir", "journal")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError as e:
            raise ValueError("it names the home of an unknown user") from e


class _JournalSettings(BaseSettings):
    """Where the journal is: known also where no connection is configured."""

    model_config = SettingsConfigDict(
        env_prefix="ODOO_", env_ignore_empty=True, env_file_encoding="utf-8-sig", extra="ignore"
    )

    journal: Path = Path("data/journal.sqlite")


def journal_path(env_file: str | Path | None = ".env") -> Path:
    """Return the journal's file: ``ODOO_JOURNAL``, else ``data/journal.sqlite``."""
    try:
        return _JournalSettings(_env_file=env_file).journal.expanduser()
    except (OSError, UnicodeDecodeError, RuntimeError) as e:
        raise ConfigurationError(
            f"The place of the journal cannot be told: {e}.",
            hint="Correct the file .env, or the variable ODOO_JOURNAL.",
        ) from None


def load_config_from_env(
    *,
    url: str | None = None,
    database: str | None = None,
    username: str | None = None,
    protocol: str | None = None,
    env_file: str | Path | None = ".env",
) -> Config:
    """Read the settings: arguments over environment variables over the ``.env`` file.

    ``env_file`` is relative to the current directory; one that does not exist is no error.
    Raises ConfigurationError that names every missing or wrong variable and what to do; no value
    of a secret is in it.
    """
    given = {"url": url, "database": database, "username": username, "protocol": protocol}
    arguments: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Config(_env_file=env_file, **arguments)
    except ValidationError as e:
        raise _configuration_error(e, env_file) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"The file {env_file} is not UTF-8 text.", hint="Save it again as UTF-8."
        ) from None
    except OSError as e:
        raise ConfigurationError(
            f"The file {env_file} cannot be read: {e.strerror}.",
            hint="Correct its permissions, or remove it and set the variables otherwise.",
        ) from None


def normalize_url(text: str) -> str:
    """Return the address of an Odoo server in one form: scheme, host, port, path prefix.

    Accepts what people paste: no scheme (https then; http for a loopback address), a trailing
    slash, pages of the web client (``/web``, ``/odoo``) and end points (``/xmlrpc/2/common``).
    Raises ValueError, whose text repeats neither user nor password.
    """
    address = text.strip().strip("\"'")
    if "://" not in address:
        host = address.split("/")[0].rsplit("@")[-1].rsplit(":", 1)[0].strip("[]")
        address = f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{address}"
    try:
        parts = urlsplit(address)
        standard = {"http": 80, "https": 443}.get(parts.scheme)
        port = "" if parts.port in (None, standard) else f":{parts.port}"
    except ValueError:
        raise ValueError("it is not an address; write it like https://example.odoo.com") from None
    if standard is None:
        raise ValueError("it must begin with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError(
            "it holds a user name or password before the @; "
            "take them out and set ODOO_USERNAME and ODOO_API_KEY"
        )
    if not parts.hostname or re.search(r"[\s\\<>\"^`{|}]", parts.netloc):
        raise ValueError("it names no host; write it like https://example.odoo.com")
    return f"{parts.scheme}://{_host_for_url(parts.hostname)}{port}{_prefix(parts.path)}"


def _host_for_url(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("its host name is not a valid one") from None


def _prefix(path: str) -> str:
    """Return the path in front of Odoo's own pages: '' except behind a proxy with a sub-path."""
    segments = [segment for segment in path.split("/") if segment]
    own = takewhile(lambda segment: segment not in _ENTRY_POINTS, segments)
    return "".join(f"/{segment}" for segment in own)


def _proxy_from_environment(url: str) -> SecretStr | None:
    """Return the proxy that the standard variables name for an address, or None."""
    parts = urlsplit(url)
    host = parts.hostname
    if not host or _LOOPBACK.fullmatch(host) or urllib.request.proxy_bypass(parts.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return SecretStr(proxy) if proxy else None


def _check_proxy(text: str) -> str:
    if not text.lower().startswith(("http://", "https://")):
        raise ValueError("only HTTP proxies are supported; write it like http://proxy:3128")
    try:
        parts = urlsplit(text)
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise ValueError("it is not an address; write it like http://proxy:3128") from None
    return text


def _configuration_error(error: ValidationError, env_file: str | Path | None) -> ConfigurationError:
    """Say all that is wrong in one error, without pydantic's words and without values."""
    missing, wrong = [], []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        if detail["type"] == "default_factory_not_called":
            continue  # the proxy could not be looked up because the address is wrong
        name = _field_of(str(detail["loc"][0]))
        variable, explanation = _EXPLANATIONS.get(name, (f"ODOO_{name.upper()}", ""))
        if detail["type"] in {"missing", "string_too_short", "too_short"}:
            missing.append(f"{variable} is not set: {explanation}.")
        else:
            reason = detail["msg"].removeprefix("Value error, ")
            wrong.append(f"{variable} is wrong: {reason[:1].lower()}{reason[1:]}.")
    where = f"{Path(env_file).resolve()}" if env_file is not None else ".env"
    known = "" if env_file is not None and Path(env_file).is_file() else " (there is none yet)"
    return ConfigurationError(
        "The connection is not configured:\n" + "\n".join(f"  {p}" for p in missing + wrong),
        hint="Set it in the environment or in the file "
        f"{where}{known}; .env.template shows every variable. "
        "The address, database and user can also be given by --url, --database and --username.",
    )


def _field_of(location: str) -> str:
    """Return the name of a field from the name or alias that pydantic reports."""
    for name, field in Config.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices) and location in alias.choices:
            return name
    return location.lower().removeprefix("odoo_")
