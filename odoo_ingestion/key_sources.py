"""Where a key may come from beside the environment: a file of its own, the system's keyring."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from odoo_ingestion.errors import ConfigurationError

KEYRING_SERVICE = "odoo-ingestion"
_LONGEST_KEY = 4096
_FOR_OTHERS = stat.S_IRGRP | stat.S_IROTH


def read_key_file(path: Path) -> str:
    """Return the key that a file holds, alone in it but for blanks around it.

    Raises ConfigurationError, which never repeats what the file holds.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST_KEY + 1).strip()
    except UnicodeDecodeError:
        raise _unusable(path, "it is not UTF-8 text") from None
    except OSError as e:
        raise _unusable(path, e.strerror or "it cannot be read") from None
    if not text:
        raise _unusable(path, "it is empty")
    if len(text) > _LONGEST_KEY or len(text.splitlines()) > 1:
        raise _unusable(path, "it holds more than one line")
    return text


def _unusable(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"The key file {path} cannot be used: {reason}.",
        hint="ODOO_API_KEY_FILE names a file that holds the API key and nothing else.",
    )


def keyring_user(username: str, url: str, database: str) -> str:
    """Return the name that a key is stored under, in the keyring's service odoo-ingestion."""
    return f"{username}@{url}/{database}"


def read_keyring(username: str, url: str, database: str) -> str | None:
    """Return the key that the system's keyring has for a login; None where there is no keyring.

    The library is an extra: ``pip install odoo-ingestion[keyring]``. Raises ConfigurationError when
    there is a keyring and it does not open.
    """
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, keyring_user(username, url, database))
    except NoKeyringError:
        return None
    except KeyringError as e:
        raise ConfigurationError(
            f"ODOO_API_KEY is not set, and the keyring does not open: {type(e).__name__}.",
            hint="Unlock the keyring, or set ODOO_API_KEY or ODOO_API_KEY_FILE.",
        ) from e


def caution_about(path: Path, holds: str) -> str | None:
    """Return a warning when others on this machine can read a file, None when all is well.

    ``holds`` is what is in it. Windows has no such permissions in the mode of a file.
    """
    if os.name == "nt":
        return None
    try:
        mode = path.stat().st_mode
    except OSError:  # what is gone since it was read, nobody else can read
        return None
    if not mode & _FOR_OTHERS:
        return None
    return (
        f"{path} holds {holds} and others on this machine can read it: "
        f"make it yours alone (chmod 600 {path})."
    )
