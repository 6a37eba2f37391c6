"""The settings of one connection: options over environment over the ``.env`` file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)

from odoo_ingestion.addresses import check_proxy, normalize_url, proxy_from_environment
from odoo_ingestion.call_rate import parse_rate
from odoo_ingestion.errors import ConfigurationError
from odoo_ingestion.key_sources import caution_about, read_key_file, read_keyring
from odoo_ingestion.settings_sources import Sources, merged

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_JOURNAL = Path("data/journal.sqlite")
PROTOCOLS = ("auto", "xmlrpc", "json2")
_KEY_IN_FILE = re.compile(
    r"^\s*(?:export\s+)?ODOO_(?:API_KEY|PASSWORD)[ \t]*=[ \t]*[^\s#]", re.IGNORECASE | re.MULTILINE
)

_EXPLANATIONS = {
    "url": ("ODOO_URL", "the address of your Odoo, like https://example.odoo.com"),
    "database": ("ODOO_DATABASE", "the name of the database"),
    "username": ("ODOO_USERNAME", "the login, often an e-mail address"),
    "api_key": ("ODOO_API_KEY", "an API key (Preferences > Account Security) or the password"),
    "give_up_after": ("ODOO_GIVE_UP_AFTER (--give-up-after)", ""),
    "rate": ("ODOO_RATE (--rate)", ""),
}


class Config(BaseModel):
    """Where Odoo is, who logs in, and how patient to be.

    ``protocol`` is ``xmlrpc``, ``json2`` or ``auto`` (JSON-2 where the server has it and takes the
    key). ``timeout`` is the seconds to wait for an answer, ``connect_timeout`` those to reach the
    server; ``pool_size`` the connections kept open; ``tries`` how often a call is made at most,
    ``retry_max_wait`` the longest pause between two tries and ``retry_max_seconds`` the time after
    which no new try begins. After ``breaker_failures`` failures in a row the server is left alone
    for ``breaker_seconds``; ``give_up_after`` seconds without an answer end the run. ``rate``
    (``60/min``) bounds the calls. ``insecure`` leaves certificates unchecked. ``api_key_file``
    holds the key where none is set. ``proxy`` comes from ``ODOO_PROXY``, else from ``HTTPS_PROXY``,
    ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``; a loopback address is never asked through a
    proxy. ``ca_file`` holds further certificate authorities in PEM form.

    What is not given is taken from the environment, else from the file ``_env_file``. Raises
    pydantic's ValidationError, which shows no values; ``load_config_from_env`` turns it into a
    ConfigurationError.
    """

    model_config = ConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, populate_by_name=True
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
    breaker_failures: int = Field(default=5, ge=1, le=1_000)
    breaker_seconds: float = Field(default=60.0, ge=0, le=3_600, allow_inf_nan=False)
    give_up_after: float = Field(default=600.0, ge=0, le=604_800, allow_inf_nan=False)
    rate: str | None = None
    insecure: bool = False
    api_key_file: Path | None = None
    proxy: SecretStr | None = Field(
        default_factory=lambda data: proxy_from_environment(data.get("url", "")),
        validate_default=True,
    )
    ca_file: Path | None = Field(
        default=None,
        validation_alias=AliasChoices("ODOO_CA_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    )
    log_dir: Path = Path("logs")
    failed_dir: Path = Path("data/failed")
    log_format: Literal["text", "json"] = "text"
    log_personal_data: bool = False
    metrics_file: Path | None = None
    journal: Path = _JOURNAL
    _cautions: tuple[str, ...] = PrivateAttr(default=())

    def __init__(self, *, _env_file: str | Path | None = None, **given: Any) -> None:
        values = merged(given, _variables(), Sources(_env_file))
        super().__init__(**values, **_key(values))

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is dangerous about these settings, in sentences to be said at each run."""
        if not self.insecure:
            return self._cautions
        return (
            f"INSECURE: the certificate of {self.url} is not checked (--insecure, ODOO_INSECURE). "
            "Whoever is on the way can read the key and all data, and change them.",
            *self._cautions,
        )

    @field_validator("rate")
    @classmethod
    def _check_rate(cls, value: str | None) -> str | None:
        return None if value is None else str(parse_rate(value))

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
        return SecretStr(check_proxy(text if "://" in text else f"http://{text}"))

    @field_validator("ca_file", "log_dir", "failed_dir", "api_key_file", "metrics_file", "journal")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError as e:
            raise ValueError("it names the home of an unknown user") from e


def _variables() -> dict[str, tuple[str, ...]]:
    """Return the variables of each setting, the name proper first."""
    return {name: _names_of(name, field) for name, field in Config.model_fields.items()}


def _names_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(map(str, alias.choices))
    return (f"ODOO_{name.upper()}",)


def _key(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the key from the file that ODOO_API_KEY_FILE names, else from the keyring.

    Nothing where there is a key among the settings ``known``, or nobody has one.
    """
    if known.get("api_key"):
        return {}
    if known.get("api_key_file"):
        return {"api_key": read_key_file(Path(known["api_key_file"]).expanduser())}
    login = [known.get(name) for name in ("username", "url", "database")]
    if not all(isinstance(part, str) and part.strip() for part in login):
        return {}
    username, url, database = (str(part).strip() for part in login)
    try:
        key = read_keyring(username, normalize_url(url), database)
    except ValueError:  # of the address, which is told with the other settings
        return {}
    return {"api_key": key} if key else {}


def journal_path(env_file: str | Path | None = ".env") -> Path:
    """Return the journal's file: ``ODOO_JOURNAL``, else ``data/journal.sqlite``."""
    try:
        named = Sources(env_file).find(("ODOO_JOURNAL",))
        return Path(named or _JOURNAL).expanduser()
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
    rate: str | None = None,
    give_up_after: float | None = None,
    insecure: bool | None = None,
    env_file: str | Path | None = ".env",
) -> Config:
    """Read the settings: arguments over environment variables over the ``.env`` file.

    The key may also come from ODOO_API_KEY_FILE or the keyring, where none is set.
    ``env_file`` is relative to the current directory; one that does not exist is no error.
    Raises ConfigurationError that names every missing or wrong variable and what to do; no value
    of a secret is in it.
    """
    given: dict[str, Any] = {
        "url": url,
        "database": database,
        "username": username,
        "protocol": protocol,
        "rate": rate,
        "give_up_after": give_up_after,
        "insecure": insecure,
    }
    arguments = {name: value for name, value in given.items() if value is not None}
    try:
        config = Config(_env_file=env_file, **arguments)
        config._cautions = tuple(_cautions(config, env_file))
        return config
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


def _cautions(config: Config, env_file: str | Path | None) -> Iterator[str]:
    """Yield a warning for each file with a key in it that others can read."""
    files = []
    if env_file is not None and _holds_key(Path(env_file)):
        files.append((Path(env_file), "a key or password"))
    if config.api_key_file is not None:
        files.append((config.api_key_file, "a key"))
    for path, holds in files:
        if caution := caution_about(path, holds):
            yield caution


def _holds_key(env_file: Path) -> bool:
    if not env_file.is_file():
        return False
    return _KEY_IN_FILE.search(env_file.read_text(encoding="utf-8-sig")) is not None


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
    for name, variables in _variables().items():
        if location in variables:
            return name
    return location.lower().removeprefix("odoo_")
