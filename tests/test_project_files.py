"""The files for those who join, cite or host the project: valid, and of one mind with pyproject.toml."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import nst_tf

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [f"3.{minor}" for minor in range(40) if f"3.{minor}" in SpecifierSet(PROJECT["requires-python"])]
GITHUB = ROOT / ".github"
SCHEMAS = {
    "vendor.citation-file-format": [ROOT / "CITATION.cff"],
    "vendor.github-workflows": sorted(GITHUB.glob("workflows/*.yml")),
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-issue-forms": [p for p in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if p.stem != "config"],
}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_valid_by_its_schema(schema):
    pytest.importorskip("check_jsonschema", reason="check-jsonschema, of the extra test, is not installed")
    assert SCHEMAS[schema]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *SCHEMAS[schema]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_version_and_the_licence_are_the_packages():
    citation = text_of("CITATION.cff")
    assert f"\nversion: {nst_tf.__version__}\n" in citation
    assert PROJECT["version"] == nst_tf.__version__
    assert f"\nlicense: {PROJECT['license']}\n" in citation
    assert all(author["name"] in citation for author in PROJECT["authors"])
    assert nst_tf.__version__ in text_of("CHANGELOG.md")


def test_classifiers_and_the_workflow_have_the_pythons_that_are_allowed():
    assert re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"])) == PYTHONS
    matrix = re.search(r"python: \[(.+)\]", text_of(".github/workflows/tests.yml"))[1]
    assert re.findall(r"3\.\d+", matrix) == PYTHONS


def test_what_the_workflow_runs_is_there():
    workflow = text_of(".github/workflows/tests.yml")
    named = re.findall(r"tests/\w+\.py|\.ci/run|requirements\.txt", workflow)
    assert len(named) > 10
    for name in named:
        assert (ROOT / name).is_file(), name
    from nst_tf.arguments import parse

    for command in re.findall(r"-m nst_tf (.+)", workflow):
        parse(shlex.split(command))


@pytest.mark.parametrize("path", SCHEMAS["vendor.github-workflows"], ids=lambda path: path.name)
def test_actions_have_a_version_and_jobs_an_end(path):
    workflow = path.read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in re.findall(r"uses: (\S+)", workflow))
    assert workflow.count("timeout-minutes:") == workflow.count("runs-on:")
    assert "permissions:" in workflow


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md"])
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(name)):
        assert (ROOT / target).exists(), target


def test_hooks_run_what_is_there():
    """Without a network: with the Python of the environment that is active."""
    hooks = text_of(".pre-commit-config.yaml")
    assert re.findall(r"repo: (.+)", hooks) == ["local"]
    entries = re.findall(r"entry: python (.+)", hooks)
    assert len(entries) == hooks.count("- id:") == hooks.count("language: system")
    for entry in entries:
        script = re.search(r"(tools|tests)/\w+\.py", entry)
        assert entry.startswith("-m ruff") or (ROOT / script[0]).is_file()


# ---- places that install the course by themselves


def installed_by(line):
    """Return the extras that a line for pip installs of this project, and the files of requirements."""
    words = shlex.split(line.partition("&&")[0], comments=True)
    extras = [extra for word in words if (found := re.fullmatch(r"\.\[(.+)\]", word)) for extra in found[1].split(",")]
    return extras, [words[k + 1] for k, word in enumerate(words) if word == "-r"]


def test_binder_has_an_allowed_python_and_installs_what_the_lessons_need():
    assert text_of(".binder/runtime.txt").strip().removeprefix("python-") in PYTHONS
    lines = [line for line in text_of(".binder/requirements.txt").splitlines() if not line.startswith("#")]
    assert [installed_by(line) for line in lines] == [(["course", "studio"], [])]
    assert {"course", "studio"} <= PROJECT["optional-dependencies"].keys()
    assert "jupyter" in str(PROJECT["optional-dependencies"]["course"])


@pytest.mark.skipif(os.name != "posix", reason="files are executable by their mode on POSIX systems alone")
def test_binders_last_step_is_a_script():
    script = ROOT / ".binder" / "postBuild"
    assert os.access(script, os.X_OK) and script.read_text().startswith("#!/bin/bash\n")
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_the_container_has_an_allowed_python_and_installs_what_is_there():
    container = json.loads(text_of(".devcontainer/devcontainer.json"))
    image, _, python = container["image"].partition(":")
    assert image == "mcr.microsoft.com/devcontainers/python" and python in PYTHONS
    assert python == text_of(".binder/runtime.txt").strip().removeprefix("python-")
    extras, requirements = installed_by(container["postCreateCommand"])
    assert extras and set(extras) <= PROJECT["optional-dependencies"].keys()
    assert requirements == ["requirements.txt"] and (ROOT / "requirements.txt").is_file()


# ---- the package's metadata


def test_an_index_gets_no_link_that_leads_nowhere():
    metadata = pytest.importorskip("package_metadata", reason="hatchling is not installed")
    readme = text_of("README.md")
    without = metadata.for_an_index(readme, "", "main")
    assert set(re.findall(r"\]\(([^)]*)\)", without)) == {
        target for target in re.findall(r"\]\(([^)]*)\)", readme) if target.startswith(("#", "http"))
    }
    assert not re.search(r"!\[[^\]]*\]\((?!https:)", without)
    assert metadata.urls("", "main") == {}
    addressed = metadata.for_an_index(readme, "owner/name", "main")
    assert not re.search(r"\]\((?!https:|#)", addressed)
    for picture in re.findall(r"!\[[^\]]*\]\(https://raw\.githubusercontent\.com/owner/name/main/([^)]+)\)", addressed):
        assert (ROOT / picture).is_file()
    addresses = metadata.urls("owner/name", "main").values()
    assert addresses and all(address.startswith("https://github.com/owner/name") for address in addresses)


def test_pyproject_leaves_to_the_hook_what_it_fills_in():
    assert set(PROJECT["dynamic"]) == {"readme", "urls"}
