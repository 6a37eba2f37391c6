"""Images beside the input file: a path that leads out of its folder is never followed."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from odoo_ingestion.images.content import LARGEST_BYTES, ImageRefused, too_large


def read_image_file(text: str, folder: Path | None) -> bytes:
    """Return the content of the file at a path relative to ``folder`` (None: there is no folder).

    Both ``/`` and ``\\`` separate. Raises ImageRefused for a path that is absolute, goes up or
    leads out of the folder by a link, for a file that is not there, is no plain file, cannot be
    read or is larger than 10 MB.
    """
    path = _inside(text, folder)
    try:
        if not path.is_file():
            raise ImageRefused(
                f"there is no image file {text}", f"Put it below the folder {folder}."
            )
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise too_large(size)
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImageRefused(
            f"the image file {text} cannot be read: {error.strerror or error}",
            "Look at its name and its permissions.",
        ) from error
    if len(content) > LARGEST_BYTES:
        raise too_large(len(content))
    return content


def _inside(text: str, folder: Path | None) -> Path:
    if folder is None:
        raise ImageRefused(
            f"{text} is a path, and the rows do not come from a file beside which it could be",
            "Give the image in base64, or import a file.",
        )
    parts = PurePosixPath(text.replace("\\", "/")).parts
    absolute = PureWindowsPath(text).drive or PureWindowsPath(text).root
    if absolute or ".." in parts:
        raise ImageRefused(
            f"the path {text} leads out of the folder of the file",
            "Put the image beside the file or below it, and give the path from there.",
        )
    try:
        root = folder.resolve()
        path = root.joinpath(*parts).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # loops of links, NUL, too long names
        raise ImageRefused(f"{text} is no usable path", "Correct the path.") from error
    if not path.is_relative_to(root):
        raise ImageRefused(
            f"the path {text} leads out of the folder of the file by a link",
            "Put the image itself beside the file.",
        )
    return path
