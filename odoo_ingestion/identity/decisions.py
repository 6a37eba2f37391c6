"""What is made of a row's look-ups: the record it means, or why it cannot be told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.identity.candidates import Identity, IdentityRules
from odoo_ingestion.identity.claims import Claimant
from odoo_ingestion.identity.keys import Match
from odoo_ingestion.records import Category, Mode, Problem


def by_database_id(
    rules: IdentityRules,
    model: str,
    record_id: int,
    name: str,
    target: external_ids.Target | None,
    alive: Mapping[int, bool],
) -> Identity | Problem:
    """Return the record that a row names by number; ``alive`` maps those that exist to activeness.

    ``target`` is what the row's external id ``name`` points to, if anything.
    """
    if record_id not in alive:
        return Problem(
            Category.NOT_FOUND,
            f"there is no {model} record with the database id {record_id}",
            ".id",
            "Remove the .id to create the record, or correct it.",
        )
    if target is not None and target.record_id in alive and target.record_id != record_id:
        return Problem(
            Category.AMBIGUOUS_RECORD,
            f".id names record {record_id}, the external id {name} names {target.record_id}",
            ".id",
            "Keep the one that is right.",
        )
    has_name = target is not None and target.record_id == record_id
    return take_existing(rules, name, record_id, alive[record_id], has_name=has_name)


def by_key(
    rules: IdentityRules,
    claimant: Claimant,
    matches: Sequence[Match],
    protected: Mapping[int, str],
) -> Identity | Problem:
    """Return the one record that has a row's key; ``protected`` tells why some are not changed."""
    field = claimant.keys[0][1][0] if claimant.keys else None
    if len(matches) > 1:
        listed = ", ".join(f"{m.label} (id {m.record_id})" for m in matches[:5])
        return Problem(
            Category.AMBIGUOUS_RECORD,
            f"{len(matches)} records have this key: {listed}",
            field,
            "Give the row the external id of the one that is meant, or merge them in Odoo.",
        )
    match = matches[0]
    if match.problem is not None:
        return match.problem
    if match.record_id in protected:
        return Problem(
            Category.PROTECTED,
            f"this is {match.label} (id {match.record_id}), {protected[match.record_id]}",
            field,
            "It is changed only when the row gives its external id, or with --key.",
        )
    return take_existing(rules, claimant.name, match.record_id, match.active, has_name=False)


def take_existing(
    rules: IdentityRules, name: str, record_id: int, active: bool, *, has_name: bool
) -> Identity | Problem:
    """Return a record that exists, to be given the external id ``name`` if it has it not yet.

    Users without the right to give external ids go on by database id.
    """
    if has_name or rules.may_create_ids:
        return Identity(name, record_id, adopt=not has_name, archived=not active)
    if not active:  # load() does not find an archived record by .id
        return Problem(
            Category.PERMISSION,
            f"record {record_id} is archived, and you may not give it an external id",
            None,
            "Ask for the right 'Access Rights', or make the record active first.",
        )
    return Identity(None, record_id)


def check_mode(rules: IdentityRules, identity: Identity, row: int) -> Problem | None:
    """Refuse a record that is there with mode create, or is not with mode update."""
    exists = identity.database_id is not None
    if exists and rules.mode is Mode.CREATE and not may_have_created(rules, row):
        return Problem(
            Category.EXISTS,
            f"the record exists already (id {identity.database_id}), mode is create",
            None,
            "Leave the row out, or import with --mode upsert.",
        )
    if not exists and rules.mode is Mode.UPDATE:
        return Problem(
            Category.NOT_FOUND,
            "there is no such record to update, mode is update",
            None,
            "Correct the key or external id, or import with --mode upsert.",
        )
    return None


def may_have_created(rules: IdentityRules, row: int) -> bool:
    """Tell whether a run that was broken off may have made the record of a row."""
    return rules.may_have_created is not None and rules.may_have_created(row)


def same_row(claimant: Claimant, first: int) -> Problem:
    """Return the problem of a row that means the record of an earlier one."""
    by_id = claimant.named and not claimant.keys
    return Problem(
        Category.DUPLICATE,
        f"row {first} of this file is the same record",
        "id" if by_id or not claimant.keys else claimant.keys[0][1][0],
        "Keep one of the two rows, or give them different keys.",
    )
