"""The small Sphinx extension for folded code: a figure stands above the code that made it.

The first thing under the claim of a chapter is its opening figure; the set-up that runs
before it stands below. Under a label such as *How this figure is made* code follows what it
shows, too. The rest of folding is myst-nb's.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

MADE = "How this figure is made"  # the label of code that stands below what it shows
UNNAMED = ' aria-label="Toggle hidden content"'  # the same for all, over the label in sight


class FigureFirst(SphinxPostTransform):
    """Put what folded code shows above it, and the opening above its set-up."""

    default_priority = 200  # after myst-nb has folded the code
    formats = ("html",)

    def run(self, **kwargs):
        """Rearrange the folded cells of a document."""
        cells = [c for c in self.document.findall(nodes.container) if is_folded(c)]
        for cell in cells:
            if is_opening(cell) or cell["prompt_show"] == MADE:
                cell.children.sort(key=is_code)
        for cell in filter(is_opening, cells):
            lead(cell)


def is_folded(node):
    """Whether a node is a cell whose code is folded."""
    cell = isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
    return cell and node.get("hide_mode") == "input"


def is_opening(cell):
    """Whether a cell was tagged as the figure of the first screen."""
    return "tag_opening" in cell["classes"]


def is_code(part):
    """Whether a part of a cell is its code and not what it shows."""
    return part.get("nb_element") != "cell_code_output"


def lead(cell):
    """Put what a cell shows before the folded cells above it, and all code after it."""
    parent = cell.parent
    last = parent.index(cell)
    first = last
    while first and is_folded(parent[first - 1]):
        first -= 1
    folded = parent.children[first : last + 1]
    shown = [part for part in cell if not is_code(part)]
    for part in shown:
        cell.remove(part)
    for part in folded:
        parent.remove(part)
    figure = nodes.container("", *shown, classes=["cell", "cu-opening"])
    parent.insert(first, [figure, nodes.container("", *folded, classes=["cu-folds"])])


def name_folds(app, pagename, templatename, context, doctree):
    """Let each fold be called by its label, also by programs that read aloud."""
    context["body"] = context.get("body", "").replace(UNNAMED, "")


def setup(app):
    """Connect the parts to Sphinx."""
    app.add_post_transform(FigureFirst)
    app.connect("html-page-context", name_folds)
    app.add_css_file("course-reading.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
