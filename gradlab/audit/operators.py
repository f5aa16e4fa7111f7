"""Mutation operators: small changes to one node of a syntax tree.

Each operator takes a node and yields its replacements.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
from libcst import matchers as m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Changes: TypeAlias = "Iterator[tuple[str, cst.CSTNode]]"

_ARITHMETIC: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Modulo: cst.FloorDivide,
    cst.Power: cst.Multiply,
    cst.MatrixMultiply: cst.Multiply,
}
_IN_PLACE: dict[type[cst.BaseBinaryOp], type[cst.BaseAugOp]] = {
    cst.Add: cst.AddAssign,
    cst.Subtract: cst.SubtractAssign,
    cst.Multiply: cst.MultiplyAssign,
    cst.Divide: cst.DivideAssign,
}
_OUT_OF_PLACE = {in_place: plain for plain, in_place in _IN_PLACE.items()}
_LEFT_OUT_TOO = (cst.Add, cst.Multiply)  # either operand of these may be forgotten
_KEEPS_NO_FACTOR = (cst.MatrixMultiply, cst.FloorDivide)
_ORDERED = (cst.Subtract, cst.Divide, cst.Power, cst.MatrixMultiply)
_COMPARISONS: dict[type[cst.BaseCompOp], tuple[type[cst.BaseCompOp], ...]] = {
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThanEqual),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThan),
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThanEqual),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThan),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.In: (cst.NotIn,),
    cst.NotIn: (cst.In,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
}
_FUNCTIONS = {
    "mean": "sum",
    "sum": "mean",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "any": "all",
    "all": "any",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "randn": "rand",
    "array": "asarray",
    "tensor": "as_tensor",
}
_NAMES = {"True": "False", "False": "True"}


def changes(node: cst.CSTNode, assigned: set[str]) -> Changes:
    """Yield (operator, replacement) for every change to a node.

    Args:
        node: the node.
        assigned: the names with a value before the node's statement; the names that it assigns are added.
    """
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)
    if isinstance(node, cst.SimpleStatementLine):
        yield from _dropped_statement(node, assigned)


def is_docstring(node: cst.CSTNode) -> bool:
    """Tell whether a node is a statement that consists of a string alone."""
    return m.matches(node, m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())]))


def _arithmetic(node: cst.BinaryOperation) -> Changes:
    kind, left, right = type(node.operator), node.left, node.right
    if kind in _ARITHMETIC:
        yield "arithmetic", node.with_changes(operator=_ARITHMETIC[kind]())
    if kind not in _KEEPS_NO_FACTOR:
        yield "left out", _in_parentheses(left)
    if kind in _LEFT_OUT_TOO:
        yield "left out", _in_parentheses(right)
    if kind in _ORDERED:
        yield "swapped", node.with_changes(left=_in_parentheses(right), right=_in_parentheses(left))


def _comparison(node: cst.ComparisonTarget) -> Changes:
    for kind in _COMPARISONS.get(type(node.operator), ()):
        yield "comparison", node.with_changes(operator=kind())


def _condition(node: cst.If | cst.While | cst.IfExp) -> Changes:
    if not isinstance(node.test, cst.Comparison):
        yield "condition", node.with_changes(test=_not(node.test))


def _filter(node: cst.CompIf) -> Changes:
    yield "condition", node.with_changes(test=cst.Name("True"))


def _boolean(node: cst.BooleanOperation) -> Changes:
    operator = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
    yield "boolean", node.with_changes(operator=operator)
    yield "left out", _in_parentheses(node.left)
    yield "left out", _in_parentheses(node.right)


def _unary(node: cst.UnaryOperation) -> Changes:
    if isinstance(node.operator, cst.Minus | cst.Not):
        yield "sign", node.expression


def _sign(node: cst.Return | cst.Assign) -> Changes:
    if isinstance(node.value, cst.BinaryOperation):
        negative = cst.UnaryOperation(cst.Minus(), _in_parentheses(node.value))
        yield "sign", node.with_changes(value=negative)


def _integer(node: cst.Integer) -> Changes:
    for value in (node.evaluated_value + 1, node.evaluated_value - 1):
        yield "constant", cst.Integer(str(value)) if value >= 0 else _expression(f"({value})")


def _float(node: cst.Float) -> Changes:
    yield "constant", cst.Float(repr(node.evaluated_value * 10 or 1.0))


def _string(node: cst.SimpleString) -> Changes:
    if isinstance(node.evaluated_value, str):
        yield "constant", cst.SimpleString(repr(f"{node.evaluated_value}_"))


def _name(node: cst.Name) -> Changes:
    if node.value in _NAMES:
        yield "constant", cst.Name(_NAMES[node.value])


def _function(node: cst.Call) -> Changes:
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    if isinstance(name, cst.Name) and name.value in _FUNCTIONS:
        other = cst.Name(_FUNCTIONS[name.value])
        func = node.func.with_changes(attr=other) if isinstance(node.func, cst.Attribute) else other
        yield "function", node.with_changes(func=func)


def _dropped_call(node: cst.Call) -> Changes:
    if not node.args and isinstance(node.func, cst.Attribute):
        yield "dropped call", node.func.value
    elif len(node.args) == 1 and node.args[0].keyword is None and not node.args[0].star:
        yield "dropped call", _in_parentheses(node.args[0].value)


def _arguments(node: cst.Call) -> Changes:
    args = list(node.args)
    for index, (first, second) in enumerate(pairwise(args)):
        if not (first.keyword or second.keyword or first.star or second.star):
            swapped = [*args]
            swapped[index], swapped[index + 1] = (
                first.with_changes(value=second.value),
                second.with_changes(value=first.value),
            )
            yield "swapped", node.with_changes(args=swapped)
    for index, arg in enumerate(args):
        if arg.keyword:
            yield "dropped argument", node.with_changes(args=args[:index] + args[index + 1 :])
    if m.matches(node.func, m.Name("range")):
        for index, arg in enumerate(args):
            for text in ("+ 1", "- 1"):
                wider = _expression(f"({_code(arg.value)}) {text}")
                yield (
                    "off by one",
                    node.with_changes(
                        args=[*args[:index], arg.with_changes(value=wider), *args[index + 1 :]]
                    ),
                )


def _tuple(node: cst.Tuple) -> Changes:
    for index, (first, second) in enumerate(pairwise(node.elements)):
        swapped = [*node.elements]
        swapped[index], swapped[index + 1] = (
            first.with_changes(value=second.value),
            second.with_changes(value=first.value),
        )
        yield "swapped", node.with_changes(elements=swapped)


def _slice(node: cst.Slice) -> Changes:
    for end in ("lower", "upper"):
        if getattr(node, end) is not None:
            yield "slice", node.with_changes(**{end: None})


def _in_place(node: cst.AugAssign) -> Changes:
    plain = _OUT_OF_PLACE.get(type(node.operator))
    if plain is None:
        return
    operation = cst.BinaryOperation(node.target, plain(), _in_parentheses(node.value))
    yield "copy", cst.Assign([cst.AssignTarget(node.target)], operation)
    other = _IN_PLACE[_ARITHMETIC[plain]]
    yield "arithmetic", node.with_changes(operator=other())
    yield "dropped sum", cst.Assign([cst.AssignTarget(node.target)], node.value)


def _out_of_place(node: cst.Assign) -> Changes:
    value = node.value
    if len(node.targets) != 1 or not isinstance(value, cst.BinaryOperation):
        return
    in_place, target = _IN_PLACE.get(type(value.operator)), node.targets[0].target
    if in_place is not None and target.deep_equals(value.left):
        yield "copy", cst.AugAssign(target, in_place(), value.right)


def _with(node: cst.With) -> Changes:
    yield "dropped with", cst.If(cst.Name("True"), node.body, leading_lines=node.leading_lines)


def _break(node: cst.Break | cst.Continue) -> Changes:
    yield "loop", cst.Continue() if isinstance(node, cst.Break) else cst.Break()


def _dropped_branch(node: cst.If) -> Changes:
    if node.orelse is None:
        yield "dropped statement", _pass(node)


def _dropped_statement(node: cst.SimpleStatementLine, assigned: set[str]) -> Changes:
    """Drop a statement if the others can still run without it."""
    if is_docstring(node):
        return
    statement = node.body[0]
    if isinstance(statement, cst.Expr | cst.AugAssign | cst.Del | cst.Raise):
        yield "dropped statement", _pass(node)
    elif isinstance(statement, cst.Assign):
        targets = [part.target for part in statement.targets]
        names = {target.value for target in targets if isinstance(target, cst.Name)}
        if not names or names & assigned:
            yield "dropped statement", _pass(node)
        assigned |= names


def _pass(node: cst.If | cst.SimpleStatementLine) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Pass()], leading_lines=node.leading_lines)


def _in_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    is_compound = isinstance(
        node, cst.BinaryOperation | cst.BooleanOperation | cst.Comparison | cst.IfExp | cst.UnaryOperation
    )
    if not is_compound or node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _not(node: cst.BaseExpression) -> cst.UnaryOperation:
    return cst.UnaryOperation(cst.Not(), _in_parentheses(node))


def _expression(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


def _code(node: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(node)


_OPERATORS: tuple[tuple[type | tuple[type, ...], Callable[..., Changes]], ...] = (
    (cst.BinaryOperation, _arithmetic),
    (cst.ComparisonTarget, _comparison),
    ((cst.If, cst.While, cst.IfExp), _condition),
    (cst.CompIf, _filter),
    (cst.BooleanOperation, _boolean),
    (cst.UnaryOperation, _unary),
    ((cst.Return, cst.Assign), _sign),
    (cst.Integer, _integer),
    (cst.Float, _float),
    (cst.SimpleString, _string),
    (cst.Name, _name),
    (cst.Call, _function),
    (cst.Call, _dropped_call),
    (cst.Call, _arguments),
    (cst.Tuple, _tuple),
    (cst.Slice, _slice),
    (cst.AugAssign, _in_place),
    (cst.Assign, _out_of_place),
    (cst.With, _with),
    ((cst.Break, cst.Continue), _break),
    (cst.If, _dropped_branch),
)
