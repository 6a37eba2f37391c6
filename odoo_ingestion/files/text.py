"""From bytes to text: the encoding is found out, and a byte that breaks it is told exactly."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files.byte_stream import BLOCK, ROW_LIMIT, ByteStream

SAMPLE = 8 * 1024 * 1024
"""Bytes at the start of a file by which its encoding is found out."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings in Python's sense that no file is in; some of them let through halves of characters.
_FOR_NO_FILE = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7")
# What Windows-1252 leaves undefined. A file that has one of them is taken for Latin-1.
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


def find_encoding(stream: ByteStream, forced: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the codec for a text file, and notes for the user.

    A byte order mark decides; else UTF-16 is known by its zero bytes, else text that is valid
    UTF-8 is UTF-8, else it is Windows-1252, the encoding of Western spreadsheets (Latin-1 where
    Windows-1252 has no such character). Statistics over so little and so foreign text as names and
    codes were tried and guess wrong: they took German and Swedish names for Central European ones.

    Raises UsageError for a forced encoding that Python does not know, InputFileError for one that
    needs a byte order mark where there is none.
    """
    sample = stream.peek(SAMPLE)
    if forced is not None:
        return _with_order(_known(forced), stream, sample), _doubts(sample, forced)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding, ()
    wide = _wide_encoding(sample[:BLOCK])
    if wide is not None:
        return wide, ()
    if _is_utf8(sample):
        return "utf-8", ()
    encoding = "latin-1" if any(byte in sample for byte in _NOT_IN_CP1252) else "cp1252"
    return encoding, (
        f"It is not UTF-8, so it is read as {encoding}: look at the accents, and name the right "
        "encoding with --encoding if they are wrong.",
    )


def guess_text(head: bytes) -> str:
    """Return some bytes as text, to see what they are; wrong characters do not matter."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "replace").removeprefix("\ufeff")
    return head.decode(_wide_encoding(head[: len(head) - len(head) % 2]) or "utf-8", "replace")


def _known(name: str) -> str:
    try:
        # An empty text would be encoded without a look at the name.
        "x".encode(name)
        codec = codecs.lookup(name).name
    except (LookupError, ValueError) as e:
        raise _no_encoding(name) from e
    if codec in _FOR_NO_FILE:
        raise _no_encoding(name)
    return codec


def _no_encoding(name: str) -> UsageError:
    return UsageError(
        f"There is no encoding {name!r} for files.",
        hint="Known ones are utf-8, utf-16, cp1252, latin-1, cp1250, cp1251, gb18030.",
    )


def _with_order(codec: str, stream: ByteStream, sample: bytes) -> str:
    """Say the order of the bytes where the codec leaves it to a byte order mark that is missing."""
    marks = [mark for mark, name in _MARKS if name == codec and name in ("utf-16", "utf-32")]
    if not marks or sample.startswith(tuple(marks)):
        return codec
    wide = _wide_encoding(sample[:BLOCK]) if codec == "utf-16" else None
    if wide is None:
        raise InputFileError(
            f"{stream.name} is not {codec.upper()}: it does not begin with a byte order mark.",
            hint=f"Leave out --encoding, or say {codec}-le or {codec}-be if it is one of these.",
        )
    return wide


def _doubts(sample: bytes, forced: str) -> tuple[str, ...]:
    if not sample.isascii() and _is_utf8(sample) and not forced.lower().startswith("utf"):
        return (f"It looks like UTF-8 and is read as {forced}, as you asked.",)
    return ()


def _is_utf8(sample: bytes) -> bool:
    if sample.isascii():
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark: of mostly Latin text every other byte is zero."""
    evens, odds = sample[0::2].count(0), sample[1::2].count(0)
    most = len(sample) // 5
    if odds > most and evens <= odds // 10:
        return "utf-16-le"
    if evens > most and odds <= evens // 10:
        return "utf-16-be"
    return None


class Text:
    """The text of a stream, in pieces or in lines.

    A byte that the encoding does not have is an InputFileError, raised after the text before it
    has been delivered.
    """

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self.stream = stream
        # This codec would hide where in the bytes it is.
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        head = stream.peek(4)
        marks = (mark for mark, name in _MARKS if head.startswith(mark) and name == encoding)
        self.mark = len(next(marks, b""))
        """Bytes of the byte order mark before the text."""
        self.open_lines: list[str] = []
        """The lines that belong to a row not ended yet; whoever cuts rows keeps this list."""
        self.has_nul = False
        """True once a zero character has been met."""
        self._newlines = 0
        self._returns = 0

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces of about a quarter of a megabyte, without byte order mark."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        first = True
        while True:
            offset = self.stream.delivered
            block = self.stream.read()
            state = decoder.getstate()
            try:
                piece = decoder.decode(block, final=not block)
            except UnicodeDecodeError as e:
                decoder.setstate(state)
                piece = decoder.decode(block[: max(0, e.start - len(state[0]))])
                yield self._counted(piece)
                raise self._undecodable(offset - len(state[0]) + e.start, e) from e
            if first and piece:
                piece = piece.removeprefix("\ufeff")
                first = False
            if piece:
                yield self._counted(piece)
            if not block:
                return

    def blocks(self) -> Iterator[str]:
        """Yield the text in pieces of whole lines, with their ends (LF, CRLF or CR).

        Raises TooLong where lines that belong together are beyond ROW_LIMIT.
        """
        rest = ""
        for piece in self.pieces():
            text = rest + piece
            cut = text.rfind("\n") + 1
            # A return at the very end may be the first half of CRLF.
            cut = max(cut, text.rfind("\r", cut, len(text) - 1) + 1)
            rest = text[cut:]
            if len(rest) + sum(map(len, self.open_lines)) > ROW_LIMIT:
                raise TooLong(rest)
            if cut:
                yield text[:cut]
        if rest:
            yield rest

    def size_of(self, text: str) -> int:
        """Return how many bytes of the input a part of its text takes."""
        # Without the ending these two would count a byte order mark each time.
        codec = self._encoding + ("-le" if self._encoding in ("utf-16", "utf-32") else "")
        return len(text.encode(codec))

    def fraction_read(self) -> float | None:
        """Return how much of the input lies in the text delivered, 0..1, or None."""
        return self.stream.fraction_read()

    def _counted(self, piece: str) -> str:
        self._newlines += piece.count("\n")
        self._returns += piece.count("\r")
        self.has_nul = self.has_nul or "\0" in piece
        return piece

    def _undecodable(self, offset: int, error: UnicodeDecodeError) -> InputFileError:
        line = max(self._newlines, self._returns) + 1
        found = error.object[error.start : error.start + 1].hex()
        other = "cp1252" if self._encoding.startswith("utf") else "utf-8 or latin-1"
        return InputFileError(
            f"{self.stream.name}, line {line}: byte {offset} (0x{found}) is not valid "
            f"{self._encoding.upper()}.",
            hint=f"The file is in another encoding, or damaged there: try --encoding {other}.",
        )


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends (LF, CRLF or CR)."""
    return list(io.StringIO(text, newline=""))


class TooLong(Exception):  # noqa: N818 - caught by the format's own reader, which knows the row
    """A row is longer than ROW_LIMIT; ``rest`` is the text read after the last line delivered."""

    def __init__(self, rest: str) -> None:
        super().__init__()
        self.rest = rest
