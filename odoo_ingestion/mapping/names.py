"""Names of columns, in the forms in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from odoo_ingestion.records import ColumnKind, ModelSchema

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN_WORDS = re.compile(r"[\s_.\-/:#()]+")
_OLD_PATH = re.compile(r"(\w+)(?::|(?=\.))(\.?id)", re.ASCII)

_IN_LANGUAGE = re.compile(r"(.+?)\s*:\s*([a-z]{2,3}_[A-Z0-9]\w{1,3}(?:@\w+)?|[a-z]{2,3}@\w+)")

_EXTERNAL_ID_NAMES = frozenset(
    {
        "external id",
        "external_id",
        "xml id",
        "xml_id",
        "xmlid",
        # what Odoo's own exports and imports call it (base_import, web: i18n, Odoo 19)
        "id externe",
        "id externo",
        "externe id",
        "id esterno",
        "id. externa",
        "identyfikator zewnętrzny",
        "externt id",
        "eksternt id",
        "外部id",
        "外部 id",
        "harici kimlik",
        "id extern",
        "externí id",
        "ulkoinen id",
        "внешний id",
        "зовнішній id",
    }
)
_DATABASE_ID_NAMES = frozenset(
    {
        ".id",
        "database id",
        "database_id",
        "id base de données",
        "id de la base de datos",
        "datenbank-id",
        "id database",
        "id. da base de dados",
        "id da base de dados",
        "id bazy danych",
        "databas-id",
        "データベースid",
        "数据库 id",
        "veritaban\u0131 id",
        "id databáze",
        "tietokannan tunnus",
        "id базы данных",
        "id бази даних",
    }
)
_RECORD_NAMES = frozenset(
    {"name", "display_name", "display name", "complete_name", "complete name"}
)


class Path(NamedTuple):
    """A column name in two parts: ``country_id/id`` is ``country_id`` and ``id``."""

    field: str
    part: str


def bare(name: str) -> str:
    """Return a column name without spaces around it and without the ``*`` of required fields.

    Odoo 19's templates mark what is mandatory: ``Name*``, ``Order Lines/Products*``.
    """
    return name.strip().rstrip("*").rstrip()


def folded(name: str) -> str:
    """Return a name for comparing without regard to case and to how spaces are written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def words(name: str) -> str:
    """Return a name as lower case words: ``unitPrice``, ``Unit-Price``: ``unit price``."""
    spaced = _WORD_STARTS.sub(" ", unicodedata.normalize("NFKC", name))
    return _BETWEEN_WORDS.sub(" ", spaced).strip().casefold()


def split_language(name: str) -> tuple[str, str | None]:
    """Return the two parts of ``name:fr_FR``; a name without a language code has None.

    The codes are Odoo's (``res.lang``): ``fr_FR``, ``es_419``, ``sr@latin``.
    """
    found = _IN_LANGUAGE.fullmatch(name)
    return (found[1], found[2]) if found else (name, None)


def split_path(name: str) -> Path | None:
    """Return the two parts of ``field/part``, or of the old ``field:id`` and ``field.id``.

    None for a name without parts (``models.fix_import_export_id_paths``, Odoo 14 to 19).
    """
    old = _OLD_PATH.fullmatch(name)
    if old:
        return Path(old[1], old[2])
    field, slash, part = name.rpartition("/")
    return Path(bare(field), bare(part)) if slash and field.strip() else None


def kind_of_part(part: str) -> ColumnKind | None:
    """Return how ``part`` of ``field/part`` names a record; None for anything but id and name.

    ``id`` is the external id. ``ID`` is not told apart here: see ``is_either_id``.
    """
    if part == "id" or folded(part) in _EXTERNAL_ID_NAMES:
        return ColumnKind.EXTERNAL_ID
    if folded(part) in _DATABASE_ID_NAMES:
        return ColumnKind.DATABASE_ID
    return ColumnKind.NAME if folded(part) in _RECORD_NAMES else None


def is_either_id(part: str) -> bool:
    """Tell whether a name may be both ids: ``ID`` is the label of the database id in Odoo's exports
    (web.controllers.export, Odoo 14 to 19), and Odoo's import takes it as the external id.
    """
    return folded(part) == "id" and part != "id"


def names_of_field(schema: ModelSchema, name: str) -> frozenset[str]:
    """Return what a field is called: its name and labels, in the forms for comparing."""
    spec = schema.fields.get(name)
    labels = [label for label, names in schema.labels.items() if name in names]
    spelled = [name, *([spec.label] if spec else []), *labels]
    return frozenset({*map(folded, spelled), *map(words, spelled)})
