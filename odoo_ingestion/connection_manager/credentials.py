"""The login and key of a connection, what refuses them, and how the key is kept out of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.faults import AccessDenied, DatabaseMissing
from odoo_ingestion.errors import LoginFailed, OdooIngestionError


def is_api_key(secret: str) -> bool:
    """Odoo's keys are 20 random bytes in hexadecimal (res.users.apikeys, Odoo 14 to 19)."""
    return len(secret) == 40 and all(character in "0123456789abcdef" for character in secret)


class Credentials:
    """Who logs in where, with which key or password."""

    def __init__(self, config: Config) -> None:
        self.url = config.url
        self.database = config.database
        self.username = config.username
        self.secret = config.api_key.get_secret_value()

    def redact(self, text: object) -> str:
        """Take the key out of a text of the server.

        One equal to the login is no secret; a short one is taken for it only as a whole word.
        """
        if self.secret == self.username:
            return str(text)
        edge = r"\b" if len(self.secret) < 8 and self.secret.isalnum() else ""
        return re.sub(f"{edge}{re.escape(self.secret)}{edge}", "***", str(text))

    def clean(self, error: OdooIngestionError | AccessDenied) -> OdooIngestionError | AccessDenied:
        """Return an error without the key in its words."""
        error.args = tuple(self.redact(part) for part in error.args)
        if isinstance(error, OdooIngestionError):
            error.message = self.redact(error.message)
        return error

    def login_failed(self, reason: str) -> LoginFailed:
        """Return the error for a login or key that Odoo does not take."""
        return LoginFailed(
            f"Odoo refuses the login {self.username!r} to database {self.database!r} "
            f"on {self.url}: {reason.rstrip('.')}.",
            hint="Check ODOO_USERNAME and ODOO_API_KEY. A user with two-factor authentication "
            "needs an API key (Preferences > Account Security > New API Key). After several "
            "wrong tries Odoo refuses every login from this machine for a minute.",
        )

    def database_missing(self, names: Sequence[str] | None) -> DatabaseMissing:
        """Return the error for an unknown database; ``names`` are those that the server shows."""
        shown = "does not show its databases" if names is None else f"has: {', '.join(names)}"
        return DatabaseMissing(
            f"{self.url} has no database {self.database!r}.",
            hint=f"Check ODOO_DATABASE (upper and lower case count); the server {shown}.",
        )
