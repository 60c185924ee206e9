"""How the package is built: data flows one way, the public names are documented, and importing is instant."""

import ast
import doctest
import inspect
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import nst_tf
from nst_tf import costs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(nst_tf.__file__).resolve().parent

# A module or subpackage imports only from those above it.
ORDER = (
    "errors", "process", "layers", "presets", "other_names", "kinds", "config", "images", "pictures", "masks",
    "styles", "colour", "precision", "bundled", "pretrained", "backbone", "costs", "objective", "sum_of_terms", "grid",
    "tiles", "targets", "terms", "canvas", "parametrisation", "lbfgs", "search", "training", "multiscale", "memory",
    "estimate", "tiling", "beginnings", "state", "transfer", "checkpoint", "style_files", "painting", "film", "record",
    "companions", "options", "arguments", "completion", "cluster", "many", "doctor", "cli", "course",
)  # fmt: skip
FILES = {
    str(path.relative_to(PACKAGE)): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__main__.py" and path != PACKAGE / "__init__.py"
}
# {public name: the module that it is imported from}, as the stub lists them for editors and for the lazy import alike
PUBLIC = {
    alias.name: node.module
    for node in ast.walk(ast.parse((PACKAGE / "__init__.pyi").read_text()))
    if isinstance(node, ast.ImportFrom) and node.module
    for alias in node.names
}


def imported(source, location):
    """Return the names of the package's modules that the source imports, inside functions too.

    Args:
        source: Python source.
        location: its place in the package, such as ("checks", "gram") for nst_tf/checks/gram.py.
    """
    dotted = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ("nst_tf", *location)[: len(location) + 1 - node.level] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            dotted |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "nst_tf":
            dotted.add(f"nst_tf.{node.attr}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            dotted |= {f"nst_tf.{argument.value.removeprefix('nst_tf').lstrip('.')}"
                       for argument in node.args[:1] if isinstance(argument, ast.Constant)}  # fmt: skip
    parts = (name.split(".") for name in dotted)
    names = {PUBLIC.get(part[1], part[1]).split(".")[0] for part in parts if part[0] == "nst_tf" and len(part) > 1}
    return names & set(ORDER)


def test_imports_are_found_wherever_they_are():
    source = """
import nst_tf.cli
from .config import Config
from . import __version__, costs
from nst_tf import load_image
def later():
    from .training import minimise
    import nst_tf
    return nst_tf.load_vgg, importlib.import_module(".transfer", "nst_tf")
"""
    assert imported(source, ("module",)) == {
        "cli", "config", "costs", "pictures", "training", "backbone", "transfer"
    }  # fmt: skip
    assert imported("from ..config import Config\nfrom .checks import gram", ("course", "plots")) == {
        "config",
        "course",
    }


def test_every_module_has_its_place():
    assert {Path(name).parts[0].removesuffix(".py") for name in FILES} <= set(ORDER), "add the new module to ORDER"


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_from_those_above_it(name):
    location = tuple(Path(name).with_suffix("").parts)
    module = location[0]
    below = [
        other for other in imported(FILES[name].read_text(), location) if ORDER.index(other) >= ORDER.index(module)
    ]
    assert [other for other in below if other != module or len(location) == 1] == []


@pytest.mark.parametrize("name", FILES)
def test_a_module_says_what_it_is_for(name):
    assert ast.get_docstring(ast.parse(FILES[name].read_text()))


def test_the_costs_know_no_numpy_and_no_model():
    source = (PACKAGE / "costs.py").read_text()
    assert not re.search(r"import numpy|\bnp\.|keras", source)


def test_the_public_names():
    assert set(PUBLIC) | {"course"} == set(nst_tf.__all__) == set(dir(nst_tf))
    expected = """Config style_transfer load_vgg build_feature_extractor preprocess deprocess load_image save_image
        sample_image initialise_generated_image compute_content_cost gram_matrix compute_layer_style_cost
        compute_style_cost total_cost make_objective make_train_step minimise Painting checks"""
    assert set(expected.split()) <= set(nst_tf.__all__)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_resolves_and_is_documented(name):
    value = getattr(nst_tf, name)
    if callable(value):
        assert inspect.getdoc(value)
        assert value.__module__ == f"nst_tf.{PUBLIC[name]}"  # from where it is defined
    elif inspect.ismodule(value):
        assert inspect.getdoc(value)
    else:  # a constant is described where it stands
        source = (PACKAGE / f"{PUBLIC[name]}.py").read_text()
        assert re.search(rf"^# .+\n{name}\b", source, re.MULTILINE)


def functions_of(value):
    """Return the public functions of a public name: itself, or a class's methods."""
    if not inspect.isclass(value):
        return [value] if callable(value) else []
    return [f for name, f in vars(value).items() if inspect.isfunction(f) and (name == "__init__" or name[0] != "_")]


# What numbers and tensors alike may be given to, and gives back the same kind
GENERIC = {"preprocess", "deprocess", "total_cost"}


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - GENERIC - {"checks"}))
def test_the_public_api_has_type_hints(name):
    for function in functions_of(getattr(nst_tf, name)):
        signature = inspect.signature(function)
        untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name != "self"]
        assert untyped == [], function
        assert function.__name__ == "__init__" or signature.return_annotation is not signature.empty, function


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_editors_complete_the_public_names(name):
    """Jedi, which completes in Jupyter, finds each one, and where it is defined, without running anything."""
    jedi = pytest.importorskip("jedi")
    script = jedi.Script(f"import nst_tf\nnst_tf.{name}")
    assert name in [completion.name for completion in script.complete(2, len(f"nst_tf.{name}"))]
    found = script.goto(2, len(f"nst_tf.{name}") - 1, follow_imports=True)
    assert PUBLIC[name].replace(".", "/") in found[0].module_path.as_posix()


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()


def test_the_checks_are_there_after_importing_nst_tf(tmp_path):
    """As their own docstring shows."""
    program = "import nst_tf; print(nst_tf.checks.gram_matrix(nst_tf.gram_matrix), nst_tf.course.plots.__name__)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "✔ gram_matrix: correct, well done. nst_tf.course.plots\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="load_picture"):
        _ = nst_tf.load_picture
    assert not hasattr(nst_tf, "__wrapped__")  # as inspect asks of every module


def test_the_examples_of_the_five_costs_are_right():
    """And there is one in each docstring."""
    found = doctest.DocTestFinder(recurse=False)
    for name in ("compute_content_cost", "gram_matrix", "compute_layer_style_cost", "compute_style_cost", "total_cost"):
        [test] = found.find(getattr(costs, name), name, globs=vars(costs).copy())
        assert test.examples, name
        assert doctest.DocTestRunner().run(test).failed == 0


def lines(path):
    return len(path.read_text().splitlines())


def test_modules_are_short():
    """One subject each: none above 250 lines, half of them under 120."""
    assert {name: lines(path) for name, path in FILES.items() if lines(path) > 250} == {}
    assert statistics.median(map(lines, FILES.values())) < 120


HELP = """
import contextlib, runpy
sys.argv = ["nst_tf", "--help"]
with contextlib.suppress(SystemExit):
    runpy.run_module("nst_tf", run_name="__main__")
"""


@pytest.mark.parametrize("program", ["import nst_tf\ndir(nst_tf)\nnst_tf.Config\n", HELP], ids=["import", "help"])
def test_importing_and_help_import_no_tensorflow(program, tmp_path):
    program = f"import sys\n{program}\nprint('modules', *sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = run.stdout.splitlines()[-1].split()
    assert {"modules", "nst_tf.config"} <= set(loaded)
    heavy = {"tensorflow", "keras", "scipy", "numpy", "PIL", "argcomplete"}
    assert {name.split(".")[0] for name in loaded} & heavy == set()


@pytest.mark.skipif(not (ROOT / "requirements.txt").exists(), reason="there is no requirements.txt")
def test_requirements_and_pyproject_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [requirement for extra in project.get("optional-dependencies", {}).values() for requirement in extra]
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines())
    lines = [line for line in lines if line]
    listed = {Requirement(line).name.lower(): Requirement(line).specifier for line in lines if line[0] not in ".-"}
    allowed = {
        Requirement(line).name.lower(): Requirement(line).specifier for line in (*project["dependencies"], *extras)
    }
    assert {name: allowed.get(name) for name in listed} == listed
    if not any(re.match(r"(-e\s+)?\.", line) for line in lines):  # `.` installs them by itself
        assert {Requirement(line).name.lower() for line in project["dependencies"]} <= set(listed)


def test_readers_are_told_the_versions_that_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {Requirement(line).name: Requirement(line).specifier for line in project["dependencies"]}
    python = SpecifierSet(project["requires-python"])
    allowed = [f"3.{minor}" for minor in range(40) if f"3.{minor}" in python]
    for name in ("README.md", "notebooks/README.md", "notebooks/TEACHING.md", "notebooks/00_quickstart.ipynb"):
        text = (ROOT / name).read_text(encoding="utf-8")
        told = re.findall(r"3\.\d+", re.search(r"Python (3\.\d+(?:(?:, | or | to )3\.\d+)*)", text)[1])
        assert told in (allowed, [allowed[0], allowed[-1]]), name
        for version in re.findall(r"TensorFlow (\d+\.\d+) or newer", text):
            assert f">={version}" in str(asked["tensorflow"]).split(","), name


def test_ruff_is_clean():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
