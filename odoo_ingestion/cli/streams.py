"""Standard input, output and error as a shell may give them: closed, full, without a reader."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from odoo_ingestion.errors import OutputFileError


def prepare_streams() -> None:
    """Let those that are closed (``>&-``) lead nowhere, and show any text as far as possible."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        # A number left free would go to the next file that is opened, and get our messages.
        os.set_inheritable(number, True)
    os.close(number)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w")
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is no reason to stop an import.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a text file


class Outlet:
    """A standard stream on which no run depends: once it fails it leads nowhere.

    That its reader has gone (``| head``) is nobody's fault. Any other failure, such as a full
    disk, is raised as OutputFileError where the stream takes ``results``: they would be lost.
    """

    def __init__(self, stream: TextIO, *, results: bool = False) -> None:
        self._stream = stream
        self._results = results

    def write(self, text: str) -> int:
        """Write a text."""
        with self._unbroken():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what was written."""
        with self._unbroken():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @contextmanager
    def _unbroken(self) -> Iterator[None]:
        try:
            yield
        except OSError as e:
            lead_nowhere(self._stream)
            if self._results and not isinstance(e, BrokenPipeError):
                raise OutputFileError(
                    f"The result cannot be written to standard output: {e.strerror or e}.",
                    hint="What landed in Odoo stays; running the command again doubles nothing.",
                ) from e


def lead_nowhere(stream: TextIO) -> None:
    """Let a stream that failed lead nowhere, so that nothing more fails on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
