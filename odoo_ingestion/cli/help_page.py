"""A command with many options: its help under headings, and no work for those not given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand


class GroupedCommand(TyperCommand):
    """Lists its options under the headings that they name, in the order of their first ones."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for param in self.params:
            if param.nargs == 1 and not (param.multiple or param.required or param.callback):
                _convert_if_given(param)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options; called by Typer's own page of plain help."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                said = (str(param.metavar), str(getattr(param, "help", "")))
                groups.setdefault("Arguments", []).append(said)
            elif told := param.get_help_record(ctx):
                heading = getattr(param, "rich_help_panel", None) or "Options"
                groups.setdefault(heading, []).append(told)
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


def _convert_if_given(param: Any) -> None:
    """Spare an option that was not given its converter: Typer makes one for each, by pydantic."""
    convert: Callable[[Any, Any], Any] = param.process_value
    param.process_value = lambda ctx, value: None if value is None else convert(ctx, value)
