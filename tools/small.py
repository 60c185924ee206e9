"""Notebooks made small for the tests: other parameters, and no claims about results.

That a copy runs from top to bottom takes neither large pictures nor many steps. What the lessons assert of their
results holds at the lessons' own sizes, where it is tested: whenever they are executed, and under nbval.
"""

import ast
import functools
import tomllib
from pathlib import Path


@functools.cache
def parameters():
    """Return {name of the lesson: {constant: small value}}, from tools/small.toml."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {lesson: dict(map(_as_python, table.items())) for lesson, table in tomllib.loads(text).items()}


def _as_python(item):
    """TOML's keys are texts: those that are numbers become numbers, in their order."""
    name, value = item
    if isinstance(value, dict):
        value = {int(key) if key.isdecimal() else key: one for key, one in value.items()}
    return name, value


def small_source(lesson, cell):
    """Return the source of a cell, with the small values behind the parameters, and without assertions."""
    if "parameters" in cell.metadata.get("tags", []):
        return "\n".join([cell.source, *(f"{name} = {value!r}" for name, value in parameters()[lesson].items())])
    return without_claims(cell.source) if "assert " in cell.source else cell.source


def without_claims(source):
    return ast.unparse(_Unasserted().visit(ast.parse(source)))


class _Unasserted(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
