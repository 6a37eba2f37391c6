"""The log file stays within bounds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.logs import Redaction, TextLines, log_file, open_log_file

Open = Callable[[Path], logging.Logger]


@pytest.fixture
def opened() -> Iterator[Open]:
    logger = logging.getLogger("odoo_ingestion.test_log_file")
    logger.setLevel(logging.DEBUG)

    def open_it(path: Path) -> logging.Logger:
        logger.addHandler(open_log_file(path, TextLines(Redaction())))
        return logger

    yield open_it
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_five_older_files_are_kept(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "_FILE_BYTES", 1000)
    logger = opened(tmp_path / "logs" / "x.log")
    for number in range(100):
        logger.info("line %d", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["x.log", *(f"x.log.{n}" for n in range(1, 6))]
    assert all(file.stat().st_size <= 1000 for file in files)
    assert "line 99" in files[0].read_text()


def test_half_characters_are_no_reason_to_give_up(tmp_path: Path) -> None:
    handler = open_log_file(tmp_path / "x.log", TextLines(Redaction()))
    # Not by a logger: pytest listens there, and cannot report what is no text.
    handler.handle(logging.makeLogRecord({"msg": "a name: \ud800"}))
    handler.close()
    assert "a name: \\ud800" in (tmp_path / "x.log").read_text()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputFileError, match="log cannot be written"):
        open_log_file(tmp_path / "file" / "x.log", TextLines(Redaction()))
