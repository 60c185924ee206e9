"""The README promises things; each promise is run or looked up."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", PYTHON, ids=["whole", "pieces"])
def test_python_examples_run(code, tmp_path):
    quick = (
        code.replace("steps=100", "steps=2")
        .replace("max_size=256", "max_size=64")
        .replace("max_size=128", "max_size=64")
    )
    done = subprocess.run([sys.executable, "-c", quick], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "J=" in done.stdout or float(done.stdout) > 0


@pytest.mark.parametrize("command", ["paint", "test"])
def test_ci_finds_the_command(command):
    found = re.search(rf"<!-- command: {command} -->\s*```bash\n(.+?)\n```", README)
    assert found and "\n" not in found.group(1)


def test_options_exist():
    from nst_tf.options import parser

    known = {option for action in parser()._actions for option in action.option_strings}
    commands = re.findall(r"-m nst_tf (.*)", README)
    assert commands
    for command in commands:
        used = set(re.findall(r"--[a-z-]+|(?<= )-[a-z]\b", command))
        assert used <= known, used - known


def test_links_lead_somewhere():
    for path in (ROOT / "README.md", *ROOT.glob("notebooks/*.md"), ROOT / "benchmarks" / "README.md"):
        for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_no_machine_paths():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    text_types = {".py", ".md", ".toml", ".txt", ".ipynb", ".json"}
    for name in listed:
        if Path(name).suffix in text_types and (ROOT / name).exists():
            text = (ROOT / name).read_text(encoding="utf-8")
            home = str(Path.home()) + os.sep
            assert str(ROOT) + os.sep not in text and home not in text, name
