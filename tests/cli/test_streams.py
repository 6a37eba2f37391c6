"""Standard streams that fail while something is written to them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from odoo_ingestion.cli.streams import Outlet
from odoo_ingestion.errors import OutputFileError


@pytest.fixture
def full() -> Iterator[TextIO]:
    with Path("/dev/full").open("w") as stream:
        yield stream


@pytest.fixture
def unread() -> Iterator[TextIO]:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        yield stream


def test_messages_that_cannot_be_written_are_given_up(full: TextIO) -> None:
    outlet = Outlet(full)
    for _ in range(3):
        assert outlet.write("line\n") == 5
        outlet.flush()


def test_results_that_cannot_be_written_are_an_error_once(full: TextIO) -> None:
    outlet = Outlet(full, results=True)
    outlet.write("line\n")
    with pytest.raises(OutputFileError, match="No space left") as told:
        outlet.flush()
    assert "doubles nothing" in str(told.value.hint)
    outlet.write("line\n")
    outlet.flush()


@pytest.mark.parametrize("results", [True, False])
def test_a_reader_that_has_gone_is_no_error(unread: TextIO, results: bool) -> None:
    outlet = Outlet(unread, results=results)
    outlet.write("line\n")
    outlet.flush()


def test_everything_else_is_the_streams_own() -> None:
    with tempfile.TemporaryFile("w", encoding="latin-1") as stream:
        outlet = Outlet(stream)
        assert (outlet.encoding, outlet.isatty()) == ("latin-1", False)
