"""Which run the lines of the log belong to.

One for the whole process, not one a thread: the workers of a run log too, and the command line,
the only one that writes a log, has one run at a time.
"""

from __future__ import annotations

_names: list[str] = []


def name_run(run_id: str) -> None:
    """Let every line from here on belong to this run."""
    _names[:] = [run_id]


def forget_run() -> None:
    """Let the lines from here on belong to no run."""
    _names.clear()


def current_run() -> str | None:
    """Return the run that lines belong to, None before the first one."""
    return _names[-1] if _names else None
