"""Bank accounts by number and holder; blanks, dots and dashes in a number do not count."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from odoo_ingestion.identity.keys import Key, KeyFinder, KeyValue, Match

MODEL = "res.partner.bank"


class BankAccountFinder(KeyFinder):
    """Finds accounts as Odoo itself tells them apart: by ``sanitized_acc_number`` and holder.

    Odoo refuses two of them (unique constraint of ``res.partner.bank``, Odoo 14 to 19).
    """

    def find(self, key: Key, values: Sequence[KeyValue]) -> dict[KeyValue, list[Match]]:
        """Return the matches of each value that has any."""
        if key != ("acc_number", "partner_id"):  # the user's own key
            return super().find(key, values)
        domain = [
            *self._company_domain(self._schema.fields),
            ("sanitized_acc_number", "in", sorted({_bare(number) for number, _ in values})),
            ("partner_id", "in", self._operands("partner_id", {holder for _, holder in values})),
        ]
        found = self._search(MODEL, domain, ["sanitized_acc_number", "partner_id"])
        by_account: dict[tuple[str, str], list[Match]] = defaultdict(list)
        for data in found:
            match = Match(data["id"], data["display_name"], data["active"], {})
            account = data["sanitized_acc_number"] or "", str(data["partner_id"][0])
            by_account[account].append(match)
        matches = {value: by_account.get((_bare(value[0]), value[1]), []) for value in values}
        return {value: some for value, some in matches.items() if some}


def _bare(number: str) -> str:
    """Return a number as Odoo compares it (``sanitize_account_number``, addon ``base``)."""
    return re.sub(r"\W+", "", number).upper()
