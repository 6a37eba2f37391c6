"""The tests' independent reader: plain xmlrpc.client, nothing of odoo_ingestion."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Sequence
from typing import Any


class OdooReader:
    """Reads one database of an Odoo server over XML-RPC."""

    def __init__(self, url: str, database: str, username: str, password: str) -> None:
        self.url = url
        self.database = database
        self.username = username
        self.password = password
        self.common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", allow_none=True)
        self._object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)
        self._uid: int | None = None

    def __enter__(self) -> OdooReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the reader may be used again."""
        self.common("close")()
        self._object("close")()

    @property
    def uid(self) -> int:
        """The id of the user logged in."""
        if self._uid is None:
            uid = self.common.authenticate(self.database, self.username, self.password, {})
            assert isinstance(uid, int) and uid, f"login refused: {self.database} {self.username}"
            self._uid = uid
        return self._uid

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model and return what Odoo answers."""
        return self._object.execute_kw(
            self.database, self.uid, self.password, model, method, list(args), kwargs
        )

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], **kw: Any
    ) -> list[dict[str, Any]]:
        """Return the records of a domain; ``order``, ``limit``, ``context`` go through."""
        rows: list[dict[str, Any]] = self.call(
            model, "search_read", list(domain), fields=list(fields), **kw
        )
        return rows

    def count(self, model: str, domain: Sequence[Any] = ()) -> int:
        """Return the number of records of a domain."""
        number: int = self.call(model, "search_count", list(domain))
        return number

    def xids(self, model: str) -> dict[str, int]:
        """Return every external id of a model, as ``module.name``, with its database id."""
        rows = self.search_read(
            "ir.model.data", [("model", "=", model)], ["module", "name", "res_id"]
        )
        return {f"{row['module']}.{row['name']}": row["res_id"] for row in rows}
