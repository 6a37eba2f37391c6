"""The help of a command with many options, under headings."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class GroupedCommand(TyperCommand):
    """Lists its options under the headings that they name, in the order of their first ones."""

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
