"""What a run adds up to, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from odoo_ingestion.config import Config
from odoo_ingestion.errors import OdooIngestionError
from odoo_ingestion.orchestrator.assembly import Assembly
from odoo_ingestion.orchestrator.several_files.plans import FilePlan
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Action
from odoo_ingestion.runs import CallCounts, FileResult, ImportOptions, RunResult


class Totals:
    """Adds up what became of the files of one run; ``error`` is what ended it early."""

    def __init__(self, run_id: str, options: ImportOptions) -> None:
        self.run_id = run_id
        self.error: OdooIngestionError | None = None
        self.retries: Counter[str] = Counter()
        self.calls = CallCounts()
        self.protocol: str | None = None
        self.options = options
        self._files: list[FileResult] = []
        self._errors: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._records: dict[str, Counter[str]] = {}
        self._notices: list[str] = []

    def add(self, plan: FilePlan, assembly: Assembly, seconds: float, *, several: bool) -> None:
        """Take in a file that has ended, well or not; one of ``several`` is named in messages."""
        tally = assembly.ledger.tally
        path = plan.source.facts.path
        where = f"{Path(path).name}: " if several else ""
        self._files.append(
            FileResult(
                path,
                plan.options.type,
                assembly.model,
                tally.read,
                tally.outcomes[Action.CREATED],
                tally.outcomes[Action.UPDATED],
                tally.outcomes[Action.UNCHANGED],
                tally.outcomes[Action.SKIPPED] + tally.open_rows,
                tally.failed,
                assembly.failed_file,
                seconds,
            )
        )
        self.retries.update(tally.retries)
        self._errors.update(tally.errors)
        for category, example in tally.examples.items():
            self._examples.setdefault(category, where + example)
        records = assembly.ledger.records(assembly.run.extra_records())
        for (model, action), count in records.items():
            self._count(model, str(action), count)
        self._notices += [where + told for told in tally.notices(dry_run=self.options.is_dry)]

    def _count(self, model: str, action: str, count: int) -> None:
        counts = self._records.setdefault(model, Counter({"created": 0, "updated": 0}))
        counts[action] += count

    def result(
        self,
        targets: Sequence[Target],
        types: Sequence[str | None],
        config: Config | None,
        seconds: float,
    ) -> RunResult:
        """Return the summary; ``targets`` and ``types`` are those of the files, in their order."""
        failed = any(result.failed for result in self._files)
        status = "completed_with_failures" if failed else "completed"
        error: Mapping[str, str | None] | None = None
        if self.error is not None:
            status = "interrupted" if self.error.code == "interrupted" else "failed"
            error = {
                "code": self.error.code,
                "message": self.error.message,
                "hint": self.error.hint,
            }
        first = targets[0]
        online = first.odoo is not None and config is not None
        models = {target.schema.model for target in targets}
        notices = [*(notice for target in targets for notice in target.notices), *self._notices]
        if repeated := self.retries.total():
            notices.append(f"{repeated} calls had to be repeated")
        return RunResult(
            self.run_id,
            status,
            self.options.is_dry,
            types[0] if len(set(types)) == 1 else None,
            models.pop() if len(models) == 1 else None,
            tuple(self._files),
            config.url if online and config else None,
            config.database if online and config else None,
            first.company,
            first.lang,
            {model: dict(counts) for model, counts in self._records.items()},
            dict(self._errors),
            seconds,
            tuple(dict.fromkeys(notices)),
            error,
            dict(self._examples),
            protocol=self.protocol,
            retries=dict(self.retries),
            calls=self.calls,
        )
