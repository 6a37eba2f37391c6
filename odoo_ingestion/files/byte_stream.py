"""The bytes of an input: a file, a pipe or the standard input, unpacked where it is gzip."""

from __future__ import annotations

import difflib
import errno
import gzip
import stat
import sys
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.unpacking import check_unpacked

GZIP_MAGIC = b"\x1f\x8b"

BLOCK = 256 * 1024
"""Bytes that are read at a time."""

ROW_LIMIT = 16 * 1024 * 1024
"""Characters that one row of a text file, or one cell of any file, may hold.

Odoo itself takes 128 MiB in one request. The limit keeps a missing quote or a file of another kind
from filling the memory; it also bounds what a gzip bomb can do, as files are read in a stream.
"""


class ByteStream:
    """The bytes of one input in order, with a look ahead and the position in the file.

    ``name`` is for messages. Every failure to read is an InputFileError.
    """

    def __init__(self, file: BinaryIO, name: str, size: int | None, *, owned: bool = True) -> None:
        self.name = name
        self.size = size
        self.compression: str | None = None
        self.delivered = 0
        """Unpacked bytes handed out so far."""
        self._file = file
        self._owned = owned
        self._start = file.tell() if file.seekable() else 0
        self._bytes: BinaryIO | gzip.GzipFile = file
        self._ahead = b""
        self._passed = 0  # bytes of those ahead that were handed out
        self._ended = False
        self._packed = False
        self._rejoined: _Rejoined | None = None

    def peek(self, count: int) -> bytes:
        """Return the next bytes, up to ``count``, without handing them out."""
        missing = count - self._count_ahead()
        if missing > 0:
            blocks = [self._ahead[self._passed :]]
            while missing > 0 and not self._ended:
                block = self._pull()
                blocks.append(block)
                missing -= len(block)
            self._ahead, self._passed = b"".join(blocks), 0
        return self._ahead[self._passed : self._passed + count]

    def read(self, count: int = BLOCK) -> bytes:
        """Hand out the next bytes, at most ``count``; empty at the end."""
        if not self._count_ahead():
            self._ahead, self._passed = self._pull(), 0
        block = self._ahead[self._passed : self._passed + count]
        self._passed += len(block)
        if self._passed == len(self._ahead):
            self._ahead, self._passed = b"", 0
        self.delivered += len(block)
        return block

    def _count_ahead(self) -> int:
        return len(self._ahead) - self._passed

    def fraction_read(self, unread: int = 0) -> float | None:
        """Return how much of the file was handed out, 0..1, without the last ``unread`` bytes."""
        if not self.size:
            return None
        used = self.delivered - unread
        if self.compression is None:
            return min(1.0, used / self.size)
        unpacked = self._unpacked()
        packed = self._file.tell() - self._start
        return min(1.0, packed / self.size * used / unpacked) if unpacked else 0.0

    def unpack_gzip(self) -> None:
        """From here on deliver what is packed in the bytes; call it before reading any."""
        if self._file.seekable():
            self._file.seek(self._start)
            self._unpack(self._file)
        else:
            self._rejoined = _Rejoined(self._ahead[self._passed :], self._file)
            self._unpack(self._rejoined)
        self.compression = "gzip"

    def make_rewindable(self) -> None:
        """Copy a pipe to the disk, so that it can be read twice; call it before reading."""
        if not self._file.seekable():
            self._file, self._start, self._owned = _spool(self), 0, True
            self._bytes, self._packed, self._rejoined = self._file, False, None
            self.rewind()

    def rewind(self) -> None:
        """Go back to the first byte of a file, or of a pipe that was made rewindable."""
        self._file.seek(self._start)
        if self._packed:
            self._unpack(self._file)
        self._ahead, self._passed = b"", 0
        self._ended = False
        self.delivered = 0

    def seekable_file(self) -> BinaryIO:
        """Return the whole input, not unpacked, as a file at its start."""
        self.make_rewindable()
        self.rewind()
        return self._file

    def close(self) -> None:
        """Release the file; the standard input stays open."""
        if self._owned:
            self._file.close()

    def _unpack(self, packed: BinaryIO | _Rejoined) -> None:
        self._bytes = gzip.GzipFile(fileobj=packed, mode="rb")  # type: ignore[arg-type]
        self._packed = True
        self._ahead, self._passed = b"", 0
        self._ended = False
        self.delivered = 0

    def _pull(self) -> bytes:
        try:
            block = (
                self._bytes.read1(BLOCK)
                if isinstance(self._bytes, gzip.GzipFile)
                else self._bytes.read(BLOCK)
            )
        except EOFError as e:
            raise self._cut_off() from e
        except (gzip.BadGzipFile, zlib.error) as e:
            raise InputFileError(
                f"{self.name}: the gzip data is damaged after byte {self._unpacked()} (unpacked).",
                hint="Get the file again; gzip -t tells whether a copy is whole.",
            ) from e
        except OSError as e:
            raise InputFileError(
                f"{self.name}: reading stopped at byte {self._unpacked()}: {e.strerror or e}."
            ) from e
        if not block:
            self._ended = True
        if self._packed:
            check_unpacked(self.name, self._packed_bytes(), self._unpacked() + len(block))
        return block

    def _packed_bytes(self) -> int:
        if self._rejoined is not None:
            return self._rejoined.delivered
        return self._file.tell() - self._start

    def _unpacked(self) -> int:
        return self.delivered + self._count_ahead()

    def _cut_off(self) -> InputFileError:
        return InputFileError(
            f"{self.name}: the gzip file is cut off: it ends in the middle, after byte "
            f"{self._unpacked()} of the unpacked data.",
            hint="Get the file again: the download or copy was not complete.",
        )


class _Rejoined:
    """A pipe of which some bytes were looked at: they come first, the rest after them."""

    def __init__(self, ahead: bytes, rest: BinaryIO) -> None:
        self._ahead = ahead
        self._rest = rest
        self.delivered = 0

    def read(self, count: int) -> bytes:
        block = self._ahead[:count] or self._rest.read(count)
        self._ahead = self._ahead[count:]
        self.delivered += len(block)
        return block


def open_path(path: Path) -> ByteStream:
    """Open a file or a named pipe.

    Raises InputFileError when it is missing, a folder, a device, empty or not readable.
    """
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise InputFileError(
                f"{path} is a folder, not a file.", hint="Name the files in it one by one."
            )
        if not (stat.S_ISREG(info.st_mode) or stat.S_ISFIFO(info.st_mode)):
            raise InputFileError(
                f"{path} is a device, not a file.",
                hint="To read the standard input, write - in place of the file name.",
            )
        file = path.open("rb", buffering=0)
    except (OSError, ValueError) as e:
        raise _cannot_open(path, e) from e
    return ByteStream(file, str(path), info.st_size if stat.S_ISREG(info.st_mode) else None)


def open_standard_input(stdin: BinaryIO | None) -> ByteStream:
    """Read the standard input, or what is given in its place."""
    return ByteStream(stdin or sys.stdin.buffer, "standard input", None, owned=False)


def _spool(stream: ByteStream) -> BinaryIO:
    """Copy the rest of a pipe into a temporary file."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the stream closes it
    try:
        while block := stream.read():
            spool.write(block)
        spool.seek(0)
    except OSError as e:
        spool.close()
        raise InputFileError(
            f"{stream.name}: it cannot be kept on the disk to be read: {e.strerror or e}.",
            hint=f"Free some space in {tempfile.gettempdir()}, or save it as a file first.",
        ) from e
    return spool


def _cannot_open(path: Path, error: OSError | ValueError) -> InputFileError:
    if isinstance(error, FileNotFoundError):
        return InputFileError(f"There is no file {path}.", hint=_like(path))
    if isinstance(error, PermissionError):
        return InputFileError(
            f"{path} may not be read: permission denied.",
            hint="Give yourself the right to read it, for example with chmod u+r.",
        )
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return InputFileError(
            f"{path} cannot be opened: its symbolic links run in a circle.",
            hint="Name the file itself.",
        )
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputFileError(f"{path} cannot be opened: {reason}.")


def _like(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"There is no folder {path.parent} either."
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"Did you mean {path.parent / near[0]}?" if near else "Check the name and the folder."
