"""Failed-records files of a run that broke off, once the run that went on has a whole one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from odoo_ingestion.error_handler.sidecar import SIDECAR_SUFFIX, SPOOL_SUFFIX

REPLACED = ".replaced"


def set_aside(files: Iterable[str], whole: Path | None) -> list[str]:
    """Rename files that are not whole, so that nobody takes them for the last word.

    Returns a sentence for each; ``whole`` is the file that has all rows, None where none failed.
    Nothing is deleted: somebody may have begun to correct them.
    """
    instead = f"all failed rows are in {whole.name}" if whole else "no row failed in the end"
    return [
        f"{instead}; {_renamed(part)}"
        for path in map(Path, files)
        for part in (path, path.with_name(path.name + SPOOL_SUFFIX))
        if part.exists() and part != whole
    ]


def _renamed(path: Path) -> str:
    new = path.with_name(path.name + REPLACED)
    sidecar = path.with_name(path.name.removesuffix(SPOOL_SUFFIX) + SIDECAR_SUFFIX)
    try:
        path.replace(new)
        if sidecar.exists():
            sidecar.replace(sidecar.with_name(sidecar.name + REPLACED))
    except OSError as e:
        return f"{path} has only some of them and cannot be renamed: {e.strerror or e}"
    return f"those found before the break are kept as {new.name}"
