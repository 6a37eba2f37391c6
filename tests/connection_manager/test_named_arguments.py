"""Arguments by position get the names that Odoo 19 gives them, or are refused."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import odoo_ingestion
from odoo_ingestion.connection_manager.named_arguments import (
    missing_argument,
    name_arguments,
    rename_argument,
    signature_of,
)
from odoo_ingestion.errors import UsageError

PACKAGE = Path(odoo_ingestion.__file__).parent


@pytest.mark.parametrize(
    ("method", "args", "kwargs", "named"),
    [
        ("search", ([], 0, 5), {}, {"domain": [], "offset": 0, "limit": 5}),
        ("search_read", ([],), {"limit": 1}, {"domain": [], "limit": 1}),
        ("load", (["a"], [["b"]]), {}, {"fields": ["a"], "data": [["b"]]}),
        ("read", ([1, 2], ["name"]), {"load": ""}, {"ids": [1, 2], "fields": ["name"], "load": ""}),
        ("write", (5, {"a": 1}), {}, {"ids": [5], "vals": {"a": 1}}),
        ("has_access", ([], "read"), {}, {"ids": [], "operation": "read"}),
        ("action_confirm", ([3],), {}, {"ids": [3]}),
        ("button_confirm", ((3, 4),), {}, {"ids": [3, 4]}),
        ("get_installed", (), {}, {}),
        ("anything_at_all", (), {"domain": []}, {"domain": []}),
    ],
)
def test_positions_become_names(
    method: str, args: tuple[Any, ...], kwargs: dict[str, Any], named: dict[str, Any]
) -> None:
    assert name_arguments("any.model", method, args, kwargs) == named


@pytest.mark.parametrize(
    ("method", "args"),
    [("frobnicate", (1,)), ("search_count", ([], None, 7)), ("action_post", ([1], True))],
)
def test_positions_without_a_known_name_are_refused(method: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError, match=rf"sale\.order\.{method} are not known") as caught:
        name_arguments("sale.order", method, args, {})

    assert "--protocol xmlrpc" in str(caught.value.hint)


def test_the_one_argument_of_a_method_is_renamed_to_what_the_server_misses() -> None:
    wanted = missing_argument("missing a required argument: 'values'")

    assert wanted == "values"
    assert rename_argument("write", {"ids": [1], "vals": {}, "context": {}}, wanted) == {
        "ids": [1],
        "values": {},
        "context": {},
    }


@pytest.mark.parametrize(
    ("method", "named"),
    [
        ("load", {"fields": [], "data": []}),
        ("frobnicate", {"a": 1}),
        ("create", {"values": []}),
        ("create", {}),
    ],
)
def test_what_is_not_plain_is_not_renamed(method: str, named: dict[str, Any]) -> None:
    assert rename_argument(method, named, "values") is None


def test_other_words_of_the_server_name_no_argument() -> None:
    assert missing_argument("got an unexpected keyword argument 'vals'") is None


def called_by_position() -> set[str]:
    """Return the methods that the package calls with arguments by position."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "call" or len(node.args) < 3:
                continue
            match node.args[1]:
                case ast.Constant(value=str(method)):
                    found.add(method)
    return found


def test_every_method_that_the_package_calls_has_names() -> None:
    methods = called_by_position()

    assert {"load", "read", "search_read"} <= methods
    assert {method for method in methods if signature_of(method) is None} == set()
