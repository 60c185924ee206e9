"""What the package says of itself by its address: its links, and the README as an index of packages shows it.

hatchling calls this when a package is built. An index shows no file that a README's relative link leads to. So with a
repository in tools/course.toml, such links become absolute, and without one, there are none: pictures are left out, and
of a link its text stays. (hatch-fancy-pypi-readme replaces by patterns in pyproject.toml, which cannot ask for that.)
"""

import re
import tomllib
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

HOST = "https://github.com"
PICTURE = re.compile(r"!\[([^\]]*)\]\((?!https?:)([^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|#)([^)\s]+)\)")
CAPTION = re.compile(r"^\*[^*\n]+\*\n\n", re.MULTILINE)


class CustomMetadataHook(MetadataHookInterface):
    """Fills in `urls` and `readme`."""

    def update(self, metadata: dict) -> None:
        root = Path(self.root)
        course = tomllib.loads((root / "tools" / "course.toml").read_text(encoding="utf-8"))
        readme = (root / "README.md").read_text(encoding="utf-8")
        metadata["urls"] = urls(**course)
        metadata["readme"] = {"content-type": "text/markdown", "text": for_an_index(readme, **course)}


def urls(repository: str, branch: str) -> dict[str, str]:
    """Return {label: address}, none without a repository."""
    if not repository:
        return {}
    home = f"{HOST}/{repository}"
    return {
        "Homepage": home,
        "Course": f"{home}/blob/{branch}/notebooks/README.md",
        "Issues": f"{home}/issues",
        "Changelog": f"{home}/blob/{branch}/CHANGELOG.md",
    }


def for_an_index(readme: str, repository: str, branch: str) -> str:
    """Return the README with links that lead somewhere from anywhere."""
    if repository:
        raw = f"https://raw.githubusercontent.com/{repository}/{branch}"
        readme = PICTURE.sub(rf"![\1]({raw}/\2)", readme)
        return LINK.sub(rf"[\1]({HOST}/{repository}/blob/{branch}/\2)", readme)
    readme = re.sub(rf"^{PICTURE.pattern}\n\n(?:{CAPTION.pattern.lstrip('^')})?", "", readme, flags=re.MULTILINE)
    return LINK.sub(r"\1", readme)
