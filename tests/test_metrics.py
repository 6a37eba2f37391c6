"""The metrics of a run: what Prometheus reads, always whole, the last success never lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.metrics import check_metrics_file, write_metrics
from odoo_ingestion.runs import CALL_BOUNDS, CallCounts, FileResult, RunResult

PLACE = {"host": "odoo.example.com", "database": "shop", "type": "products"}
SUCCESS = "odoo_ingestion_last_success_timestamp_seconds"
FILE = FileResult("a.csv", "products", "product.template", 10, 5, 2, 1, 0, 2, "f.csv", 3.0)
RESULT = RunResult(
    "20261120-120000-abc",
    "completed",
    False,
    "products",
    "product.template",
    (FILE,),
    "https://odoo.example.com",
    "shop",
    "My Company",
    "en_US",
    {"product.template": {"created": 5, "updated": 2}, "product.tag": {"created": 1}},
    {"validation": 1, "missing_relation": 1},
    3.5,
    retries={"busy": 3, "not_sent": 1},
    calls=CallCounts(1, 7.5, (3, 2, *[0] * (len(CALL_BOUNDS) - 2), 1), 2, 11, 5),
)


def figures(path: Path) -> dict[str, list[tuple[Mapping[str, str], float]]]:
    told: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in text_string_to_metric_families(path.read_text()):
        assert family.documentation and family.type in ("gauge", "histogram")
        for sample in family.samples:
            told.setdefault(sample.name, []).append((sample.labels, sample.value))
    return told


def written(path: Path, now: float = 1000.0, **changes: Any) -> Any:
    write_metrics(path, replace(RESULT, **changes), now)
    return figures(path)


def by(told: Any, name: str, label: str) -> dict[str, float]:
    samples = told[f"odoo_ingestion_{name}"]
    assert all(PLACE.items() <= labels.items() for labels, _ in samples)
    return {labels[label]: value for labels, value in samples}


def test_rows_records_and_failures_are_counted(tmp_path: Path) -> None:
    told = written(tmp_path / "a.prom")
    assert by(told, "rows", "outcome") == {
        "created": 5, "updated": 2, "unchanged": 1, "skipped": 0, "failed": 2
    }  # fmt: skip
    assert by(told, "failed_rows", "category") == {"validation": 1, "missing_relation": 1}
    records = {
        (labels["model"], labels["action"]): value
        for labels, value in told["odoo_ingestion_records"]
    }
    assert records == {
        ("product.template", "created"): 5,
        ("product.template", "updated"): 2,
        ("product.tag", "created"): 1,
    }
    assert by(told, "run_status", "status") == {
        "completed": 1, "completed_with_failures": 0, "interrupted": 0, "failed": 0
    }  # fmt: skip
    for name, value in {"run_duration_seconds": 3.5, "dry_run": 0}.items():
        assert told[f"odoo_ingestion_{name}"] == [(PLACE, value)]


def test_calls_are_a_histogram_that_adds_up(tmp_path: Path) -> None:
    told = written(tmp_path / "a.prom")
    name = "odoo_ingestion_call_duration_seconds"
    buckets = [(labels["le"], value) for labels, value in told[f"{name}_bucket"]]
    assert buckets[:2] == [("0.05", 3), ("0.1", 5)]
    assert buckets[-1] == ("+Inf", 6)
    assert told[f"{name}_count"] == [(PLACE, 6)]
    assert told[f"{name}_sum"] == [(PLACE, 7.5)]
    assert told["odoo_ingestion_failed_calls"] == [(PLACE, 1)]


def test_what_was_in_the_way_is_told(tmp_path: Path) -> None:
    told = written(tmp_path / "a.prom")
    assert by(told, "retries", "reason") == {
        "not_sent": 1, "unknown_fate": 0, "busy": 3, "concurrent_update": 0
    }  # fmt: skip
    for name, value in {"login_calls": 2, "requests": 11, "breaker_opens": 5}.items():
        assert told[f"odoo_ingestion_{name}"] == [(PLACE, value)]


def test_files_of_several_types_are_told_apart(tmp_path: Path) -> None:
    other = replace(FILE, type="partners", created=7)
    told = written(tmp_path / "a.prom", files=(FILE, other), type=None, model=None)
    created = {
        labels["type"]: value
        for labels, value in told["odoo_ingestion_rows"]
        if labels["outcome"] == "created"
    }
    assert created == {"products": 5, "partners": 7}
    assert told[SUCCESS] == [(PLACE | {"type": "several"}, 1000.0)]


@pytest.mark.parametrize(
    "end",
    [
        {"status": "failed"},
        {"status": "interrupted"},
        {"status": "completed_with_failures"},
        {"dry_run": True},
    ],
)
def test_the_last_success_outlives_runs_that_are_none(tmp_path: Path, end: Any) -> None:
    path = tmp_path / "a.prom"
    assert written(path, 1000.0, **end).get(SUCCESS, []) == []
    written(path, 2000.0)
    assert written(path, 3000.0, **end)[SUCCESS] == [(PLACE, 2000.0)]
    assert written(path, 4000.0)[SUCCESS] == [(PLACE, 4000.0)]


def test_the_success_of_another_database_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    written(path, 1000.0)
    told = written(path, 2000.0, database="test")
    assert told[SUCCESS] == [(PLACE, 1000.0), (PLACE | {"database": "test"}, 2000.0)]


@pytest.mark.parametrize("content", [b"", b"what is this?", b"\xff\x00", b"a{b=} 1\n"])
def test_a_file_that_holds_no_metrics_is_written_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.prom").write_bytes(content)
    assert written(tmp_path / "a.prom")[SUCCESS] == [(PLACE, 1000.0)]


def test_names_of_any_signs_come_back(tmp_path: Path) -> None:
    name = 'a"b\\c\nd é'
    [(labels, _)] = written(tmp_path / "a.prom", database=name)[SUCCESS]
    assert labels["database"] == name


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.prom"
    written(path)
    before = path.read_bytes()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputFileError, match="No space left"):
        write_metrics(path, RESULT, 5000.0)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_takes_no_file_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for bad in (tmp_path, tmp_path / "file" / "a.prom", Path("a\0b")):
        with pytest.raises(OutputFileError, match="metrics cannot be written"):
            check_metrics_file(bad)
    check_metrics_file(tmp_path / "new" / "a.prom")
    assert list((tmp_path / "new").iterdir()) == []
