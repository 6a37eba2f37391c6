"""Which type the rows of a file are, where the user does not say: by its name and its columns."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from odoo_ingestion.data_models import IMPORT_TYPES
from odoo_ingestion.errors import UsageError
from odoo_ingestion.orchestrator.several_files.columns import Fit, measure, names_attributes
from odoo_ingestion.orchestrator.several_files.names import NameEvidence, read_name
from odoo_ingestion.records import ImportKind

_ENOUGH = 0.75
"""The part of the columns that must be understood where the name of a file says nothing."""

_CLEAR = 0.85
"""Of the best type's columns: another type that understands more than this makes it a tie."""

_CONTRADICTION = 0.4
"""How much better another type must fit before the columns speak against the name."""

_LISTED = 4


class FileType(Struct, frozen=True):
    """What the rows of a file are: a type, or a model that has none; ``why`` is for people."""

    type: str | None
    model: str
    why: str


def find_file_type(path: str, header: Sequence[str], version: str) -> FileType:
    """Return what the rows of a file are.

    ``version`` is the Odoo series whose catalogue tells the columns. Raises UsageError that lists
    the candidates where name and columns leave it open, or contradict each other.
    """
    evidence = read_name(path)
    if evidence.model is not None:
        return _by_model(evidence.model, header)
    fits = {
        fit.name: fit
        for kind in IMPORT_TYPES.values()
        if (fit := measure(header, kind, version)) is not None
    }
    if evidence.types:
        return _by_name(path, evidence, fits)
    return _by_columns(path, fits)


def _by_model(model: str, header: Sequence[str]) -> FileType:
    """Return the type of a model that the file is named after, the model alone where none is."""
    kinds = [kind for kind in IMPORT_TYPES.values() if kind.model == model]
    kinds = [
        kind for kind in kinds if kind.kind is not ImportKind.VARIANTS or names_attributes(header)
    ]
    general = [kind for kind in kinds if not kind.ranks] or kinds
    why = "the file is named after the model"
    return FileType(general[0].name if general else None, model, why)


def _by_name(path: str, evidence: NameEvidence, fits: dict[str, Fit]) -> FileType:
    named = [fits[name] for name in evidence.types if name in fits]
    best_named = max(named, key=_rank, default=None)
    if best_named is None:
        name = evidence.types[0]
        return FileType(name, IMPORT_TYPES[name].model, "the file's name says so")
    others = [fit for fit in fits.values() if fit.model != best_named.model and fit.possible]
    rival = max(others, key=_rank, default=None)
    margin = rival.score - best_named.score if rival is not None else 0.0
    doubtful = margin >= _CONTRADICTION if evidence.strong else margin > 0
    weak = not evidence.strong and best_named.score < _ENOUGH
    tied = [fit for fit in named if _rank(fit) == _rank(best_named)]
    if not best_named.whole or best_named.bound == 0 or doubtful or weak or len(tied) > 1:
        raise _undecided(path, [best_named, *tied, *([rival] if rival else [])])
    return FileType(best_named.name, best_named.model, _why("its name says so", best_named))


def _by_columns(path: str, fits: dict[str, Fit]) -> FileType:
    possible = sorted((f for f in fits.values() if f.possible), key=_rank, reverse=True)
    if not possible:
        raise _undecided(path, sorted(fits.values(), key=_rank, reverse=True))
    best = possible[0]
    # Customers and suppliers are partners of a kind; which kind only a name can tell.
    same_model = [f for f in possible if f.model == best.model and _rank(f) == _rank(best)]
    best = next((f for f in same_model if not IMPORT_TYPES[f.name].ranks), best)
    rivals = [f for f in fits.values() if f.model != best.model and f.is_rival]
    needs = best.bound * _CLEAR
    unclear = any(fit.bound > needs and not _is_special(best, fit) for fit in rivals)
    if best.bound < 2 or best.score < _ENOUGH or unclear:
        raise _undecided(path, [best, *sorted(rivals, key=_rank, reverse=True)])
    return FileType(best.name, best.model, _why("its columns fit", best))


def _is_special(fit: Fit, other: Fit) -> bool:
    """Tell whether a type has columns of its own kind (attributes, lines), and the other none."""
    return fit.own > 0 and other.own == 0 and fit.bound > other.bound


def _rank(fit: Fit) -> tuple[float, int]:
    return fit.score, fit.own


def _why(first: str, fit: Fit) -> str:
    return f"{first}; {fit.bound} of its {fit.columns} columns are known there"


def _undecided(path: str, fits: Sequence[Fit]) -> UsageError:
    listed = [fit for fit in dict.fromkeys(fits) if fit.bound][:_LISTED]
    told = ", ".join(f"{fit.name} ({fit.bound} of {fit.columns} columns)" for fit in listed)
    candidates = f"It may be {told}" if told else "No type knows its columns"
    return UsageError(
        f"{path}: its name and columns do not say clearly what its rows are",
        hint=f"{candidates}. Say so with --type TYPE or --model MODEL; "
        "'odoo-ingestion types' lists the types.",
    )
