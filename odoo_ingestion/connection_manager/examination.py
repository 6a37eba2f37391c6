"""What a logged-in user may and can do on this server, as findings and facts; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from odoo_ingestion.connection_manager.versions import major
from odoo_ingestion.errors import AccessRefused, ModelMissing
from odoo_ingestion.ports import Odoo

MODELS = {
    "product.category": "product categories",
    "product.template": "products",
    "res.partner": "partners",
    "sale.order": "sales orders",
}
"""The models that imports write, with their names for people."""

_OPERATIONS = ("read", "write", "create")
_HAS_ACCESS_SINCE = 18


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    ``ok`` is False for what stands in the way, None for what is only good to know. ``hint`` says
    what to do.
    """

    name: str
    ok: bool | None
    message: str
    hint: str | None = None


def examine_user(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell who is logged in, and whether it is an internal user."""
    (user,) = odoo.call("res.users", "read", [odoo.uid], ["name", "login", "share"])
    facts["user"] = {"id": user["id"], "name": user["name"], "login": user["login"]}
    who = f"{user['name']} ({user['login']})"
    if user["share"]:
        return [
            Finding(
                "user",
                False,
                f"{who} is a portal or public user and may not import.",
                "Log in as an internal user.",
            )
        ]
    return [Finding("user", True, who)]


def examine_companies(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell the user's companies, the current one first."""
    (user,) = odoo.call("res.users", "read", [odoo.uid], ["company_id", "company_ids"])
    companies = odoo.call("res.company", "read", user["company_ids"], ["name"])
    current = user["company_id"]
    facts["company"] = {"id": current[0], "name": current[1]}
    facts["companies"] = [{"id": c["id"], "name": c["name"]} for c in companies]
    others = [c["name"] for c in companies if c["id"] != current[0]]
    if not others:
        return [Finding("company", True, current[1])]
    return [
        Finding(
            "company",
            True,
            f"{current[1]}; also allowed: {', '.join(others)}",
            "Choose another one by --company.",
        )
    ]


def examine_languages(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell the user's language and those that are installed."""
    (user,) = odoo.call("res.users", "read", [odoo.uid], ["lang"])
    installed = odoo.call("res.lang", "get_installed")
    facts["lang"] = user["lang"] or None
    facts["languages"] = [{"code": code, "name": name} for code, name in installed]
    codes = ", ".join(code for code, _ in installed)
    return [Finding("language", True, f"{user['lang'] or 'none set'}; installed: {codes}")]


def examine_rights(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell, model by model, whether the user may read, write and create; record rules aside."""
    facts["rights"] = {}
    findings = []
    for model, people_say in MODELS.items():
        try:
            rights = {operation: may(odoo, model, operation) for operation in _OPERATIONS}
        except ModelMissing:
            facts["rights"][model] = None
            findings.append(
                Finding(
                    f"rights on {model}",
                    None,
                    f"This Odoo has no {people_say}: the app is not installed.",
                    f"Install it if you want to import {people_say}.",
                )
            )
            continue
        facts["rights"][model] = rights
        findings.append(_rights_finding(model, people_say, rights))
    return findings


def may(odoo: Odoo, model: str, operation: str) -> bool:
    """Tell whether the user's groups allow an operation on a model.

    ``has_access`` is Odoo 18's successor of ``check_access_rights``. Raises ModelMissing.
    """
    if major(odoo.version) >= _HAS_ACCESS_SINCE:
        return bool(odoo.call(model, "has_access", [], operation))
    return bool(odoo.call(model, "check_access_rights", operation, raise_exception=False))


def _rights_finding(model: str, people_say: str, rights: dict[str, bool]) -> Finding:
    name = f"rights on {model}"
    lacking = [operation for operation, allowed in rights.items() if not allowed]
    if not lacking:
        return Finding(name, True, f"The user may read, write and create {people_say}.")
    return Finding(
        name,
        # Sales orders are not among what everyone imports.
        None if model == "sale.order" else False,
        f"The user may not {' or '.join(lacking)} {people_say}.",
        f"If you want to import {people_say}, ask an administrator for the right "
        "(Settings > Users), or log in as another user.",
    )


def examine_external_ids(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell what is limited for a user without rights on ``ir.model.data``.

    Odoo gives them to the group Access Rights only (base/security/ir.model.access.csv, 19.0).
    """
    rights = {operation: may(odoo, "ir.model.data", operation) for operation in ("read", "create")}
    facts["external_ids"] = rights
    if all(rights.values()):
        return [Finding("external ids", True, "The user may read and create external ids.")]
    return [
        Finding(
            "external ids",
            None,
            "The user may not manage external ids (ir.model.data). Imports work all the same; but "
            "a record that was made by hand is updated without being given an external id.",
            "The group Access Rights (Settings > Users) lifts that limit.",
        )
    ]


def examine_automation(odoo: Odoo, facts: dict[str, Any]) -> list[Finding]:
    """Tell the automation rules that imported records will set off."""
    try:
        rules = odoo.call(
            "base.automation",
            "search_read",
            [["model_id.model", "in", list(MODELS)]],
            fields=["name", "model_name", "trigger"],
            order="model_name, name",
        )
    except ModelMissing:
        facts["automation_rules"] = []
        return [Finding("automation", True, "No automation rules: the app is not installed.")]
    except AccessRefused:
        return [
            Finding(
                "automation",
                None,
                "Whether automation rules watch these models, this user may not see.",
                "An administrator finds them under Settings > Technical > Automation Rules.",
            )
        ]
    facts["automation_rules"] = [
        {"model": r["model_name"], "name": r["name"], "trigger": r["trigger"]} for r in rules
    ]
    if not rules:
        return [Finding("automation", True, "No automation rules on these models.")]
    names = ", ".join(f"{r['name']} ({r['model_name']})" for r in rules)
    return [
        Finding(
            "automation",
            None,
            f"Imported records will set off automation rules: {names}.",
            "Switch them off for a large import if they send mail or call other systems.",
        )
    ]
