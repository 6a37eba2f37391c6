"""What the user may do with a model at all, so that a refusal of every row costs one call."""

from __future__ import annotations

import re
import threading

from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.ports import Odoo


class Rights:
    """What the user may do with a model as such, asked once per operation."""

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        self._known: dict[tuple[str, str], bool] = {}
        self._lock = threading.Lock()

    def may(self, model: str, operation: str) -> bool:
        """Tell whether the user may ``create``, ``read`` or ``write`` records of the model.

        True as well where the server does not say.
        """
        with self._lock:
            if (model, operation) not in self._known:
                self._known[model, operation] = self._ask(model, operation)
            return self._known[model, operation]

    def _ask(self, model: str, operation: str) -> bool:
        series = re.search(r"\d+", self._odoo.version)
        try:
            if series and int(series.group()) >= 18:
                return bool(self._odoo.call(model, "has_access", [], operation))
            return bool(self._odoo.call(model, "check_access_rights", operation, False))
        except ServerRefused:
            return True
