"""The small Sphinx extension of the book: what Jupyter Book does not do by itself.

It puts the still twin of each responding figure beside its view; gathers the code of a
solution under its heading; writes the measured running time into the head of a chapter;
drops the scripts that the book does not use; and mends what third parties write into pages.
Beside it stand `mathjax_bundle`, `formula_room`, `weight` and `page_head`.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import formula_room
import icons
import launching
import mathjax_bundle
import page_head
import picture_room
import repository
import text_face
import weight
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

VIEW = "application/vnd.jupyter.widget-view+json"
RUNTIMES = Path("book/runtimes.json")
RUNS_IN = re.compile(r'(<span class="runs-in">).*?(</span>)', re.DOTALL)
INSIGHT = "cu-insight"
UNUSED = ("thebe",)
PARTS = (
    launching,
    repository,
    mathjax_bundle,
    formula_room,
    weight,
    page_head,
    text_face,
    icons,
    picture_room,
)
SOURCES = [Path(module.__file__) for module in (sys.modules[__name__], *PARTS)]
MENDS = (  # what third parties write into the page, and what should stand there
    (re.compile(r'<script type="text/x-thebe-config">.*?</script>', re.DOTALL), ""),
    (
        re.compile(r'<section id="(exercise|solution)-content">'),
        r'<section class="\1-content">',
    ),
    (re.compile(r'<div role="list" class="citation-list">'), '<div class="citation-list">'),
    (re.compile(r' role="doc-biblioentry"'), ""),
)


def prepare(app, config):
    """Before the build: launch buttons only where they can lead."""
    options = config.html_theme_options
    options.setdefault("navbar_persistent", [])  # one search field, beside the contents
    options.setdefault(
        "primary_sidebar_end", []
    )  # the theme would leave a place for adverts
    launching.prepare(app, options)


class PlaceTwins(SphinxPostTransform):
    """Put the still twin of a responding figure, or of a quick check, beside its view.

    A widget's output holds a view and a picture, or a view and a text; myst-nb would keep
    the view alone. Here the two are set into one box, the view before the picture and both
    above the caption, and the host script hides the twin when the widget has drawn.
    """

    default_priority = 3  # before myst-nb chooses among the forms of an output
    formats = ("html",)

    def run(self, **kwargs):
        """Rewrite every output that has both a view and a twin."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            forms = {form.get("mime_type"): form for form in bundle.children}
            if VIEW in forms and "image/png" in forms:
                bundle.replace_self(responding(forms[VIEW], forms["image/png"]))
            elif VIEW in forms and "text/html" in forms:
                bundle.replace_self(asking(forms[VIEW], forms["text/html"]))


def responding(view, picture):
    """One box for the view and its twin."""
    box = nodes.container(classes=["cu-responding"])
    box.extend(picture.children)
    for image in list(box.findall(nodes.image)):
        image["classes"].append("cu-twin")
        at = image.parent.index(image)
        image.parent.insert(at, view.children)
    return box


def asking(view, text):
    """One box for the view of a quick check and its twin in words."""
    twin = nodes.container("", *text.children, classes=["cu-twin"])
    return nodes.container("", *view.children, twin, classes=["cu-responding"])


class GatherSolutions(SphinxPostTransform):
    """Put the code of a solution and its insight under the heading that folds away."""

    default_priority = 2  # before myst-nb folds the code away by itself
    formats = ("html",)

    def run(self, **kwargs):
        """Move what belongs to each solution into it."""
        for solution in list(self.document.findall(solution_node)):
            parent = solution.parent
            after = parent.index(solution) + 1
            while after < len(parent) and belongs(part := parent[after]):
                parent.remove(part)
                part.attributes.pop("hide_mode", None)
                solution.append(part)


def belongs(node):
    """Whether a node was tagged `solution` in the notebook."""
    return isinstance(node, nodes.Element) and {"tag_solution", INSIGHT} & set(
        node["classes"]
    )


def mark_insights(app, docname, source):
    """Give the prose tagged `solution` a box, so that it can be found after parsing."""
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        tagged = "solution" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown" and tagged and "{solution}" not in text:
            cell["source"] = f"::::::{{container}} {INSIGHT}\n{text}\n::::::"
    source[0] = json.dumps(notebook)


def seconds_in_words(seconds):
    """A measured time as a reader wants it: 23.4 -> "23 seconds"."""
    if seconds < 1.5:
        return "about a second"
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"


def read_runtimes(app):
    """The table of measured running times, empty where nothing has been measured yet."""
    path = Path(app.srcdir) / RUNTIMES
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def note_runtimes(app, docname, source):
    """A page with a running time is built again when the table of times changes."""
    if "runs-in" in source[0]:
        app.env.note_dependency(str(Path(app.srcdir) / RUNTIMES))


def fill_page(app, pagename, templatename, context, doctree):
    """Write the running time and the launch links, and leave out unused scripts."""
    seconds = read_runtimes(app).get(Path(pagename).name)
    if seconds is not None and "runs-in" in context.get("body", ""):
        words = seconds_in_words(seconds)
        context["body"] = RUNS_IN.sub(rf"\g<1>{words}\g<2>", context["body"])
    launching.aim(app, pagename, context)
    for wrong, right in MENDS:
        context["body"] = wrong.sub(right, context.get("body", ""))
    for kind in ("script_files", "css_files"):
        context[kind] = wanted(context.get(kind, []))


def wanted(files):
    """The scripts or styles without the unused ones and without doubles."""
    seen = set()
    kept = []
    for file in files:
        name = str(getattr(file, "filename", file) or "")
        body = str((getattr(file, "attributes", None) or {}).get("body", ""))
        if any(word in (name + body).lower() for word in UNUSED):
            continue
        if (name, body) not in seen:
            seen.add((name, body))
            kept.append(file)
    return kept


def digest(paths):
    """One number for the contents of files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def setup(app):
    """Connect the parts to Sphinx; a change here or in a style makes every page anew."""
    static = sorted((Path(app.srcdir) / "book" / "_static").glob("*.*"))
    app.add_config_value("coursebook_source", digest(SOURCES), "env")
    app.add_config_value("coursebook_static", digest(static), "html")
    app.connect("config-inited", prepare, priority=100)
    app.connect("source-read", note_runtimes)
    app.connect("source-read", mark_insights)
    app.connect("html-page-context", fill_page, priority=900)
    app.add_post_transform(GatherSolutions)
    app.add_post_transform(PlaceTwins)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
