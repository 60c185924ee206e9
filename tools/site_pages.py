"""The site's pages that are made from the code: the gallery, the modules, the list of exercises, the film in front."""

import ast
import html
import re

from gallery import COMMANDS, CONTROL, PAIRS
from notebook_files import ROOT, lessons, read, title

PACKAGE = ROOT / "nst_tf"
NOT_TO_READ = {"nst_tf.__main__", "nst_tf.course.solutions"}  # a door, and a copy of the lessons' solutions


# --- the film in front ---


def film():
    """Return the film of the first lesson, as it is stored there."""
    outputs = [output for cell in read(lessons()[0]).cells for output in cell.get("outputs", [])]
    pieces = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    return next(piece for piece in pieces if "data-film" in piece)


# --- lessons and exercises ---


def lesson_list():
    """Return the lessons as a table of contents that only the navigation shows."""
    return toctree([path.stem for path in lessons()], hidden="")


def exercise_list():
    """Return a line for each lesson's exercises, in a table of contents."""
    return toctree([f"{title(read(path))} <notebooks/exercises/{path.stem}>" for path in lessons()], maxdepth=2)


def toctree(pages, **options):
    lines = [f":{name}: {value}" for name, value in options.items()]
    return "\n".join(["```{toctree}", *lines, "", *pages, "```"])


# --- the gallery ---


def front():
    return row("_".join(PAIRS[0]))


def more():
    return "\n\n".join(row("_".join(pair)) for pair in PAIRS[1:])


def defaults():
    """Return the pictures that tools/gallery.py paints without options, each with its command and its description."""
    return "\n\n".join(f"{row('_'.join(pair))}\n\n{typed([' '.join(pair)])}" for pair in PAIRS)


def control():
    return f"{row('control')}\n\n{typed(CONTROL)}"


def sheet():
    return f"{described('images/results/pagoda_sheet.jpg')}\n\n{typed(['sheet pagoda'])}"


def lesson():
    pictures = ((f"images/gallery/{command.split()[-1]}", command) for command in COMMANDS)
    return grid([f"{described(path)}\n\n{typed([command])}" for path, command in pictures], "1 1 2 2")


def row(name):
    """Return pictures side by side, small, as a link to them as they are."""
    path = f"images/results/{name}.jpg"
    return f"[![{descriptions()[path]}](rows/{name}.jpg)]({path})"


def described(path, up=""):
    return f"![{descriptions()[path]}]({up}{path})"


def typed(commands):
    """Return commands as they are typed; where they save is left to them."""
    return "\n".join(["```text", *(f"nst-tf {command.partition(' -o ')[0]}" for command in commands), "```"])


def grid(items, columns):
    return "\n".join([f"::::{{grid}} {columns}", *(f":::{{grid-item}}\n{item}\n:::" for item in items), "::::"])


def descriptions():
    """Return {path: alt text} of the pictures that the README and the lessons show."""
    texts = [(ROOT / "README.md").read_text(encoding="utf-8")]
    texts += [cell.source for path in lessons() for cell in read(path).cells if cell.cell_type == "markdown"]
    found = re.findall(r"!\[([^]]+)\]\((?:\.\./)?(images/[^)]+)\)", "\n".join(texts))
    return {path: alt for alt, path in found}


def samples():
    """Return the bundled pictures as a grid, each above the name that the command knows it by."""
    parts = []
    for kind, heading in (("content", "Photos"), ("style", "Paintings")):
        works = credits_of(kind)
        paths = sorted((ROOT / "images" / kind).glob("*.jpg"))
        pictures = [f"![{works[path.name]}](thumbnails/{path.name})\n\n`{path.stem}`" for path in paths]
        parts += [f"### {heading}", grid(pictures, "2 3 3 3")]
    return "\n\n".join(parts)


def credits_of(kind):
    """Return {file: what it shows} of the bundled pictures of a kind, from their attribution."""
    text = (ROOT / "images" / "ATTRIBUTION.md").read_text(encoding="utf-8").partition(f"## {kind}\n")[2]
    return dict(re.findall(r"^\| (\w+\.jpg) \| ([^|]+?) \|", text.partition("\n## ")[0], re.MULTILINE))


# --- the package ---


def modules():
    """Return {name: first line of its docstring} of the package's modules, in the order of their names."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name not in NOT_TO_READ:
            found[name] = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    return found


def public_names():
    """Return {module: public names} of what `import nst_tf` offers, from the list that editors read."""
    nodes = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8")).body
    return {f"nst_tf.{node.module}": [alias.name for alias in node.names]
            for node in nodes if isinstance(node, ast.ImportFrom) and node.module}  # fmt: skip


def public_table():
    rows = ["| names | module |", "| --- | --- |"]
    for module, names in public_names().items():
        listed = ", ".join(f"{{py:obj}}`{name} <{module}.{name}>`" for name in names)
        rows.append(f"| {listed} | {page_of(module)} |")
    return "\n".join(rows)


def module_list():
    rows = [f"| {page_of(name)} | {html.escape(said)} |" for name, said in modules().items()]
    table = "\n".join(["| module | what it holds |", "| --- | --- |", *rows])
    return f"{table}\n\n{toctree(['api/nst_tf'], hidden='')}"


def page_of(module):
    return f"{{doc}}`{module} <api/{module}>`"


def module_page(name):
    """Return a module's page, with the pages of the modules in it below it."""
    options = "".join(f"   :{option}:\n" for option in ("members", "ignore-module-all"))
    inside = [other for other in modules() if other.rpartition(".")[0] == name]
    contents = toctree([f"{other.rpartition('.')[2]} <{other}>" for other in inside], hidden="") if inside else ""
    return f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n{options}```\n\n{contents}\n"


MADE = {
    "front": front, "film": film, "more": more, "exercises": exercise_list, "defaults": defaults, "control": control,
    "lesson": lesson, "samples": samples, "sheet": sheet, "public": public_table, "modules": module_list,
}  # fmt: skip


def filled_in(text):
    """Return a page of docs/ with each line `<!-- made: name -->` replaced by what is made under that name."""
    return re.sub(r"^<!-- made: (\w+) -->$", lambda mark: MADE[mark[1]](), text, flags=re.MULTILINE)
