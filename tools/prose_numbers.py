"""Find the numbers in the lessons' prose that neither an output nor the code of the same lesson bears out.

python tools/prose_numbers.py [13 14 ...]     all lessons, or those named; ends with 1 where a number is left

A number of the prose is borne out where some number of the lesson's outputs or code rounds to it, at its own precision;
beside '%', 'times' or 'factor' also where a ratio of two numbers of the output before or after it does. Formulas, code,
headings, links, references, dates, versions, minutes, and the numbers of lessons, blocks and exercises are left out;
numbers in words are not seen. What else is right is listed, with its reason, in tools/prose_numbers.toml. That a number
is borne out by the *right* one is for readers to see: small whole numbers nearly always find some.
"""

import argparse
import ast
import itertools
import math
import operator
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from notebook_files import lessons, read, tags

LISTED = Path(__file__).with_suffix(".toml")
OWNED = {"contents", "navigation", "setup"}  # cells that scripts write

# What is no claim of the prose, in the order in which it is taken out
LEFT_OUT = (
    re.compile(r"^## (?:Credits|What to read)$.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE),  # sections of references
    re.compile(r"```.*?```|`[^`]*`", re.DOTALL),  # code
    re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL),  # formulas
    re.compile(r"!?\[[^\]]*\]\([^)]*\)"),  # links
    re.compile(r"<[^>]*>"),  # HTML tags
    re.compile(r"^#.*$", re.MULTILINE),  # headings
    re.compile(r"^\*\*Time:\*\*.*(?:\n.+)*", re.MULTILINE),
    re.compile(r"\d+ minutes?, \d+ points?|\d+ minutes?|\d+ points?"),
    re.compile(r"^ *\d+\. ", re.MULTILINE),  # the numbers of a list
    re.compile(r"\b(?:[Ll]essons?|[Bb]locks?|[Ss]ections?|[Ff]igures?) \d+(?:(?:, | and | to | or )\d+)*\b"),
    re.compile(r"\b0\d(?:(?:, | and | to | or )\d\d)*\b"),  # lessons, too
    re.compile(r"\barXiv:\S+|\bdoi:\S+"),
    re.compile(r"\b(?:Python|TensorFlow|Keras) \d+\.\d+(?:(?:, | and | to | or )\d+\.\d+)*"),  # versions
    re.compile(r"\b(?:1[89]|20)\d\d\b(?! ?(?:px|pixels|evaluations|steps|numbers))"),  # years
)
NUMBER = re.compile(
    r"(?<![A-Za-z_\d.])(?<![A-Za-z]-)"  # no part of a name: block4, VGG-16, float32
    r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?"
    r"(?![\d_]|(?!px\b|[kMG]B\b)[A-Za-z])"
)
SHARE = re.compile(r"\s?(%|per cent|times\b|(fold|-fold)\b)")
BEFORE_A_SHARE = re.compile(r"(factors?( of)?|times as)( about| nearly| some)?\s$")
LARGE = {"thousand": 1e3, "million": 1e6, "billion": 1e9}


class Number(NamedTuple):
    """A number of the prose: how it is written, what it is, its last digit's worth, and where it stands."""

    text: str
    value: float
    precision: float
    is_share: bool  # a percentage or a ratio
    cell: int
    context: str

    def is_borne_out_by(self, values):
        """Return whether one of the values, of either sign, rounds to this number."""
        slack = self.precision / 2 * (1 + 1e-6) + 1e-12
        return any(abs(abs(value) - self.value) <= slack for value in values)


def numbers_of_prose(notebook):
    """Yield each `Number` in the texts of a lesson that claims something."""
    exercises = set(re.findall(r"^### Exercise (\d+\.\d+)", _markdown(notebook), re.MULTILINE))
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or OWNED & set(tags(cell)):
            continue
        text = cell.source
        for pattern in LEFT_OUT:
            text = pattern.sub(" ", text)
        for found in NUMBER.finditer(text):
            if found[0] not in exercises:
                yield _number(found, text, index)


def _markdown(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def _number(found, text, cell):
    whole, decimals, exponent = found[1].replace(",", ""), found[2] or "", found[3] or ""
    before, after = text[max(0, found.start() - 60) : found.start()], text[found.end() : found.end() + 60]
    unit = next((worth for name, worth in LARGE.items() if re.match(rf"\s{name}", after)), 1.0)
    last_digit = 10.0 ** -(len(decimals) - 1) if decimals else _worth_of_last_digit(whole)
    scale = unit * float(f"1{exponent}") if exponent else unit
    is_share = bool(SHARE.match(after) or BEFORE_A_SHARE.search(before))
    context = " ".join(f"{before}{found[0]}{after}".split())
    return Number(found[0], float(whole + decimals) * scale, last_digit * scale, is_share, cell, context)


def _worth_of_last_digit(whole):
    """Return 100 for 1700 and 10 for 150 or 100: zeros at the end may be rounded, but two digits are meant."""
    zeros = len(whole) - len(whole.rstrip("0"))
    return 10.0 ** max(0, min(zeros, len(whole) - 2))


# --- what bears them out ---


def numbers_of_code(notebook):
    """Return the set of the numbers in the lesson's code."""
    sources = [c.source for c in notebook.cells if c.cell_type == "code" and not OWNED & set(tags(c))]
    nodes = itertools.chain.from_iterable(ast.walk(ast.parse(source)) for source in sources)
    values = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) in (int, float)}
    return {float(value) for value in values}


def numbers_of_output(cell):
    """Return the list of the numbers that a cell printed; a figure's description is prose, and gives none."""
    texts = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        texts.append(output.get("text", "") if "text/html" in data or not data else data.get("text/plain", ""))
    found = re.findall(r"(?<![A-Za-z_\d.])\d+(?:,\d{3})*(?:\.\d*)?(?:e[+-]?\d+)?", "\n".join(texts))
    return [float(number.replace(",", "")) for number in found]


def unmatched(notebook):
    """Return the numbers of the prose that nothing in the lesson bears out."""
    outputs = [numbers_of_output(cell) for cell in notebook.cells]
    values = numbers_of_code(notebook).union(*outputs)
    shares = {value * 100 for value in values}
    left = []
    for number in numbers_of_prose(notebook):
        known = values
        if number.is_share:
            known = values | shares | _ratios(_nearest(outputs, number.cell))
        if not number.is_borne_out_by(known):
            left.append(number)
    return left


def _nearest(outputs, cell):
    """Return the outputs next to a cell, before it and after it."""
    before = next((output for output in reversed(outputs[:cell]) if output), [])
    after = next((output for output in outputs[cell + 1 :] if output), [])
    return before, after


def _ratios(outputs):
    """Return the ratios of two numbers of one output, plain, in per cent, and as a change in per cent."""
    ratios = {a / b for output in outputs for a, b in itertools.permutations(output, 2) if b}
    return ratios | {100 * ratio for ratio in ratios} | {100 * (ratio - 1) for ratio in ratios}


# --- what is right all the same ---


def listed(lesson):
    """Return the entries of tools/prose_numbers.toml for a lesson, such as "13_gradient_descent_adam_lbfgs".

    Each has the number as it is written, some words `near` it, and either `computed`, an arithmetic expression whose
    value rounds to the number, or `known`, the reason why it is right.
    """
    return tomllib.loads(LISTED.read_text(encoding="utf-8")).get(lesson, [])


def accepts(entry, number):
    """Return whether an entry of the list speaks of this number, and bears it out."""
    if entry["number"] != number.text or entry["near"] not in number.context:
        return False
    return "computed" not in entry or number.is_borne_out_by([value_of(entry["computed"])])


OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def value_of(expression):
    """Return the value of an arithmetic expression: numbers, + - * / **, brackets, sqrt and log."""

    def value(node):
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
                return OPERATIONS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.Call(func=ast.Name(id="sqrt" | "log" as name), args=[argument], keywords=[]):
                return getattr(math, name)(value(argument))
        raise ValueError(f"{expression!r} is not arithmetic on numbers")

    return value(ast.parse(expression, mode="eval").body)


def left_over(path):
    """Return (numbers that nothing bears out, entries of the list that speak of no number in the prose) of a lesson.

    An entry may stay where its number happens to be among the outputs, too: seconds change from run to run.
    """
    notebook, entries = read(path), listed(path.stem)
    left = [number for number in unmatched(notebook) if not any(accepts(entry, number) for entry in entries)]
    numbers = list(numbers_of_prose(notebook))
    return left, [entry for entry in entries if not any(accepts(entry, number) for number in numbers)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="numbers, such as 05 06; default: all")
    chosen = parser.parse_args().lessons
    total = 0
    for path in lessons():
        if chosen and path.name[:2] not in chosen:
            continue
        left, unused = left_over(path)
        total += len(left) + len(unused)
        print(f"{path.stem}: {len(left)} numbers that nothing bears out, {len(unused)} entries of no use")
        for number in left:
            print(f"  cell {number.cell}: {number.text}  in: ...{number.context}...")
        for entry in unused:
            print(f"  listed, but not in the prose or not right: {entry['number']} near {entry['near']!r}")
    sys.exit(total > 0)


if __name__ == "__main__":
    main()
