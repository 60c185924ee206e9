"""The lessons' solutions, and what becomes of them when simple operators change their text."""

import ast
import copy
import re
from pathlib import Path

import nbformat
import numpy as np
import tensorflow as tf

import nst_tf
from nst_tf.course import checks
from nst_tf.images import IMAGENET_MEAN_BGR

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SOLUTION = re.compile(r"# BEGIN SOLUTION")
_OTHERS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,), ast.Pow: (ast.Mult,),
}  # fmt: skip
_NAMES = {
    "square": "abs", "reduce_sum": "reduce_mean", "max": "min", "min": "max", "round": "int", "random": "normal",
    "clip_by_value": "minimum", "swapaxes": "transpose", "reversed": "list",
}  # fmt: skip


def solutions():
    """Return {name: source} of the exercises that a check is there for, from the lessons."""
    found = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and SOLUTION.search(cell.source):
                name = [n.name for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)][-1]
                found[name] = cell.source
    return {name: source for name, source in found.items() if name in checks.__all__}


def function_of(name, source):
    """Return the function that a source defines, with what a lesson has imported."""
    scope = {"np": np, "tf": tf, "nst_tf": nst_tf,
             "MEAN_BGR": IMAGENET_MEAN_BGR, "unroll": nst_tf.unroll, "gram_matrix": nst_tf.gram_matrix,
             "compute_layer_style_cost": nst_tf.compute_layer_style_cost}  # fmt: skip
    source = source.replace("@tf.function\n", "\n")  # exec has no source for it to read
    exec(compile(source, f"<{name}>", "exec"), scope)
    return scope[name]


def mutants(source):
    """Yield (what was changed, source) for each place that an operator fits."""
    tree = ast.parse(source)
    for at, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            other = copy.deepcopy(tree)
            victim = next(n for k, n in enumerate(ast.walk(other)) if k == at)
            what = change(victim)
            if what:
                yield f"line {getattr(node, 'lineno', 0)}: {what}", ast.unparse(other)


def _changes(node):
    if isinstance(node, ast.BinOp):
        yield from (lambda n, to=to: _operator(n, to) for to in _OTHERS.get(type(node.op), ()))
        yield lambda n: _becomes(n, n.left, "right side dropped")
        yield lambda n: _becomes(n, n.right, "left side dropped")
        yield lambda n: _swap(n, "left", "right") if not isinstance(n.op, (ast.Add, ast.Mult)) else None
    elif isinstance(node, ast.UnaryOp):
        yield lambda n: _becomes(n, n.operand, "sign dropped")
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from (lambda n, by=by: _number(n, by) for by in (1, -1))
    elif isinstance(node, ast.AugAssign):
        yield from (lambda n, to=to: _operator(n, to) for to in _OTHERS.get(type(node.op), ()))
        yield lambda n: _becomes(n, ast.Assign([n.target], n.value, lineno=n.lineno), "overwritten, not changed")
    elif isinstance(node, ast.Call):
        yield lambda n: _swap_list(n.args, "arguments swapped")
        yield lambda n: _becomes(n, n.args[0], "call dropped") if n.args else None
        yield from (lambda n, k=k: _keyword(n, k) for k in range(len(node.keywords)))
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield lambda n: _attribute(n)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield lambda n: _name(n)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        yield lambda n: _swap_list(n.elts, "elements swapped")
    elif isinstance(node, (ast.FunctionDef, ast.For, ast.If, ast.With)):
        yield from (lambda n, k=k: _statement(n, k) for k in range(len(node.body)))


def _operator(node, to):
    node.op = to()
    return f"operator is {to.__name__}"


def _becomes(node, other, what):
    node.__class__, node.__dict__ = other.__class__, other.__dict__
    return what


def _swap(node, one, other):
    left, right = getattr(node, one), getattr(node, other)
    setattr(node, one, right), setattr(node, other, left)
    return "sides swapped"


def _swap_list(parts, what):
    if len(parts) < 2:
        return None
    parts[0], parts[1] = parts[1], parts[0]
    return what


def _number(node, by):
    node.value += by
    return f"number is {node.value}"


def _keyword(node, k):
    return f"keyword {node.keywords.pop(k).arg} dropped"


def _attribute(node):
    node.attr = _NAMES[node.attr]
    return f"name is {node.attr}"


def _name(node):
    node.id = _NAMES[node.id]
    return f"name is {node.id}"


def _statement(node, k):
    dropped = node.body.pop(k)
    node.body = node.body or [ast.Pass()]
    return f"statement dropped: {ast.unparse(dropped)[:40]}" if not isinstance(dropped, ast.Expr) else None
