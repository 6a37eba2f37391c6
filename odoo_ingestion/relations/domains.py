"""A field's own domain, as far as it can be known before the row is in Odoo's form.

``fields_get`` gives a list, or a text that Odoo's web client evaluates over the values in the form.
Such a text is evaluated here over what is known: the company, the user, and, where a condition
compares a field of the record looked for with a many2one of the row (a state's country), over the
row's own relation. A condition that needs anything else is left out: it widens the look-up, and
Odoo itself does not check these domains when it loads.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct


class Scope(Struct, frozen=True):
    """A condition that says: ``path`` of the record is the row's ``field``."""

    path: str
    field: str


class FieldDomain(Struct, frozen=True):
    """A field's domain: what can be sent to the server, and what depends on the row."""

    conditions: tuple[tuple[Any, ...], ...] = ()
    """Each is a whole domain in Odoo's prefix notation; all must hold."""
    scopes: tuple[Scope, ...] = ()

    def as_list(self) -> list[Any]:
        """Return the conditions as one Odoo domain."""
        return [token for condition in self.conditions for token in condition]


class _Unknown:
    """A value that is not known here; ``field`` is set where it is a field of the row."""

    def __init__(self, field: str | None = None) -> None:
        self.field = field


def read_domain(
    domain: Any, *, known: Mapping[str, Any], many2ones: Collection[str]
) -> FieldDomain:
    """Return what can be said of a field's domain as ``fields_get`` tells it.

    ``known`` are the variables of a text domain that have a value, ``many2ones`` the row's fields
    that may scope a look-up.
    """
    if isinstance(domain, str):
        domain = _evaluate_text(domain, known)
    if not isinstance(domain, (list, tuple)):
        return FieldDomain()
    conditions: list[tuple[Any, ...]] = []
    scopes: list[Scope] = []
    for condition in _split(domain):
        scope = _as_scope(condition, many2ones)
        if scope is not None:
            scopes.append(scope)
        elif not any(_has_unknown(token) for token in condition):
            conditions.append(tuple(condition))
    return FieldDomain(tuple(conditions), tuple(scopes))


def _split(domain: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the parts of a domain in prefix notation that must all hold."""
    tokens = list(domain)
    while tokens:
        if tokens[0] == "&":
            tokens.pop(0)
            continue
        end = _end_of_term(tokens)
        yield tokens[:end]
        tokens = tokens[end:]


def _end_of_term(tokens: Sequence[Any]) -> int:
    needed = 1
    for position, part in enumerate(tokens):
        if part in ("&", "|"):
            needed += 1
        elif part != "!":
            needed -= 1
        if needed == 0:
            return position + 1
    return len(tokens)


def _as_scope(condition: Sequence[Any], many2ones: Collection[str]) -> Scope | None:
    if len(condition) != 1 or not isinstance(condition[0], (list, tuple)):
        return None
    if len(condition[0]) != 3:
        return None
    path, operator, value = condition[0]
    if operator not in ("=", "=?") or not isinstance(path, str) or "." in path:
        return None
    if isinstance(value, _Unknown) and value.field in many2ones:
        return Scope(path, str(value.field))
    return None


def _has_unknown(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_has_unknown(item) for item in value)
    return isinstance(value, _Unknown)


# --- text domains ---------------------------------------------------------------------------


def _evaluate_text(text: str, known: Mapping[str, Any]) -> Any:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return _Unknown()
    return _evaluate(tree.body, known)


def _evaluate(node: ast.expr, known: Mapping[str, Any]) -> Any:
    value: Any = _Unknown()
    match node:
        case ast.Constant():
            value = node.value
        case ast.List() | ast.Tuple():
            value = [_evaluate(item, known) for item in node.elts]
        case ast.Name():
            value = known[node.id] if node.id in known else _Unknown(node.id)
        case ast.UnaryOp():
            value = _evaluate_unary(node.op, _evaluate(node.operand, known))
        case ast.BoolOp():
            value = _evaluate_logic(isinstance(node.op, ast.And), node.values, known)
        case ast.BinOp(op=ast.Add()):
            value = _add(_evaluate(node.left, known), _evaluate(node.right, known))
        case ast.IfExp():
            value = _evaluate(node.test, known)
            if not isinstance(value, _Unknown):
                value = _evaluate(node.body if value else node.orelse, known)
        case ast.Subscript():
            value = _item(_evaluate(node.value, known), _evaluate(node.slice, known))
    return value


def _evaluate_unary(operator: ast.unaryop, value: Any) -> Any:
    if isinstance(operator, ast.Not) and not isinstance(value, _Unknown):
        return not value
    if isinstance(operator, ast.USub) and isinstance(value, (int, float)):
        return -value
    return _Unknown()


def _evaluate_logic(is_and: bool, parts: Sequence[ast.expr], known: Mapping[str, Any]) -> Any:
    value: Any = is_and
    for part in parts:
        value = _evaluate(part, known)
        if isinstance(value, _Unknown) or bool(value) != is_and:
            return value
    return value


def _add(left: Any, right: Any) -> Any:
    """Join two lists; one that is unknown stays in the result as one unknown item."""
    if isinstance(left, _Unknown) and isinstance(right, _Unknown):
        return left
    left = [left] if isinstance(left, _Unknown) else left
    right = [right] if isinstance(right, _Unknown) else right
    return left + right if isinstance(left, list) and isinstance(right, list) else _Unknown()


def _item(value: Any, index: Any) -> Any:
    if isinstance(value, list) and isinstance(index, int) and -len(value) <= index < len(value):
        return value[index]
    return _Unknown()
