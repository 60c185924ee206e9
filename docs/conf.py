"""Settings of the site's pages, for Sphinx; `python tools/build_site.py` lays out their sources, and calls it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from frame import course  # noqa: E402

import nst_tf  # noqa: E402

nst_tf.start_quietly()

project, author, copyright = "nst_tf", "the nst_tf authors", "the nst_tf authors"
version = release = nst_tf.__version__
language = "en"
extensions = [
    "myst_nb", "sphinx_design", "sphinx_argparse_cli", "sphinx.ext.autodoc", "sphinx.ext.napoleon",
    "sphinx.ext.mathjax", "sphinx.ext.githubpages",
]  # fmt: skip

# Notebooks and Markdown
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # no page holds a widget
nb_code_prompt_show, nb_code_prompt_hide = "Show the {type}", "Hide the {type}"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
mathjax_path = "mathjax/tex-chtml.js"  # below _static; `tools/build_site.py` puts it there

# Docstrings
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# The page
html_theme = "sphinx_book_theme"
html_title = "Neural Style Transfer, a course"
html_show_copyright = False
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_static_path = ["_static"]
html_css_files, html_js_files = ["site.css"], ["site.js"]
html_favicon = "_static/favicon.svg"
html_sourcelink_suffix = ""
pygments_style = "a11y-high-contrast-light"
html_theme_options = {
    "home_page_in_toc": True,
    "collapse_navbar": True,  # a page lists its own chapter alone: a third of the time that the site takes to build
    "show_toc_level": 2,
    "use_fullscreen_button": False,
    "navbar_persistent": [],  # the search is in the sidebar
}
if course()["repository"]:
    html_theme_options |= {
        "repository_url": f"https://github.com/{course()['repository']}",
        "repository_branch": course()["branch"],
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    }

# What a page may load: what lies beside it, and what stands in it, such as a film's pictures and its script
POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'self' data: 'unsafe-inline'">"""


def add_policy(app, pagename, templatename, context, doctree):
    """Let a browser load nothing else."""
    context["metatags"] = context.get("metatags", "") + POLICY


def as_restructured_text(app, what, name, obj, options, lines):
    """Mark what docstrings leave unmarked: an indented example as code, and a plural's s after a name in backticks."""
    for k in reversed(range(len(lines))):
        lines[k] = re.sub(r"(`[^`]+`)(?=\w)", r"\1\\ ", lines[k])
        above = lines[k - 2 : k]
        if lines[k].startswith("    ") and len(above) == 2 and not above[1] and not above[0].startswith("    "):
            lines[k:k] = ["::", ""]


def setup(app):
    """Have Sphinx call the two functions above."""
    app.connect("autodoc-process-docstring", as_restructured_text, priority=400)  # before napoleon
    app.connect("html-page-context", add_policy)
