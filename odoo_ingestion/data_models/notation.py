"""How the cells of a file are to be read, where the field alone does not say it."""

from __future__ import annotations

from msgspec import Struct

from odoo_ingestion.errors import UsageError
from odoo_ingestion.runs import DateFormat


class Notation(Struct, frozen=True):
    """The user's time zone in Odoo, like ``Europe/Paris``, and how the file writes dates.

    Raises UsageError for a way of writing dates that is not known.
    """

    tz: str = "UTC"
    date_format: DateFormat = DateFormat.ISO

    def __post_init__(self) -> None:
        if self.date_format not in list(DateFormat):  # a library may give plain text
            raise UsageError(
                f"dates are not written in the notation {self.date_format!r}",
                hint=f"--date-format is one of {', '.join(DateFormat)}.",
            )
