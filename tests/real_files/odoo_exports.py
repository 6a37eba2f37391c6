"""Exports as Odoo's web client makes them: the same addresses and parameters (addon ``web``)."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from tests.odoo_reader import OdooReader


class WebClient:
    """A browser session of the reader's user; use it in a ``with`` statement."""

    def __init__(self, reader: OdooReader) -> None:
        self._url = reader.url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        login = {"db": reader.database, "login": reader.username, "password": reader.password}
        assert self._call("/web/session/authenticate", login)["uid"]

    def __enter__(self) -> WebClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._opener.close()

    def labels(self, model: str) -> dict[str, str]:
        """Return the names that the export dialogue shows, by field."""
        parameters = {
            "model": model,
            "domain": [],
            "prefix": "",
            "parent_name": "",
            "import_compat": False,
            "parent_field_type": None,
            "parent_field": None,
            "exclude": None,
        }
        fields = self._call("/web/export/get_fields", parameters)
        return {field["id"]: field["string"] for field in fields}

    def export(
        self,
        form: str,
        model: str,
        columns: Sequence[str],
        types: Mapping[str, str],
        labels: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return all records of a model as ``csv`` or ``xlsx``.

        Without ``labels`` it is the export that is told to be import-compatible.
        """
        data = {
            "import_compat": labels is None,
            "model": model,
            "domain": [],
            "ids": False,
            "groupby": [],
            "fields": [
                {
                    "name": column,
                    "label": (labels or {}).get(column, column),
                    "type": types[column.partition("/")[0]],
                }
                for column in columns
            ],
            "context": {"lang": "en_US", "tz": "UTC"},
        }
        query = urllib.parse.urlencode({"data": json.dumps(data)})
        with self._opener.open(f"{self._url}/web/export/{form}?{query}") as answer:
            content: bytes = answer.read()
            return content

    def _call(self, path: str, parameters: Mapping[str, Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "params": parameters}).encode()
        request = urllib.request.Request(  # noqa: S310 - the sandbox's own http:// address
            f"{self._url}{path}", body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request) as answer:
            return json.load(answer)["result"]
