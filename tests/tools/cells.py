"""Tiny notebooks for the tests of the tools and of the rules."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PNG = "iVBORw0KGgo="  # the first bytes of a picture
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
SKIPPED = ("skip-execution", "nbval-skip", "raises-exception")


def text(source, *tags):
    """A Markdown cell."""
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *tags, outputs=(), **metadata):
    """A code cell."""
    metadata = {**metadata, "tags": list(tags)} if tags else metadata
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


def printed(words):
    """The output of a print."""
    return new_output("stream", name="stdout", text=words)


def shown(**data):
    """A displayed output; `png=...`, `view=...`, `plain=...` and so on give its forms."""
    mime = {
        "png": "image/png",
        "svg": "image/svg+xml",
        "html": "text/html",
        "view": VIEW,
        "plain": "text/plain",
    }
    return new_output(
        "display_data", data={mime[form]: value for form, value in data.items()}
    )


def exercise(
    label="ex-one", kind="Compute", starter="k = ...", solution="k = 5", **changes
):
    """The seven cells of one exercise, right in all respects but those of the changes."""
    cells = {
        "statement": text(
            f":::{{exercise}} Find k\n:label: {label}\n\n*{kind}.* Find k.\n:::"
        ),
        "starter": code(starter, "starter", *SKIPPED),
        "check": code(
            'assert k > 4, "too small"\nassert k < 6, "too large"', "check", *SKIPPED
        ),
        "hint": text(
            ":::{admonition} Hint\n:class: dropdown\n\nCount the fingers.\n:::", "hint"
        ),
        "answer": text(
            f":::{{solution}} {label}\n:class: dropdown\n\nFive.\n:::", "solution"
        ),
        "solution": code(solution, "solution", "hide-input"),
        "insight": text("A hand has five.", "solution"),
    }
    return [cell for cell in {**cells, **changes}.values() if cell is not None]


SPEAKS = """with quick.check("A hand has five."):
    extra = torch.rand(3, generator=seeded(0))
    assert k > 4, "too small"
    assert k < 6, "too large"
"""


def whole_exercise(label="ex-one", kind="Code", minutes=5, **changes):
    """The cells of one exercise as a chapter has them, right but for the changes."""
    head = f":::{{exercise}} Find k\n:label: {label}\n\n*{kind}, {minutes} minutes.* "
    cells = {
        "statement": text(f"{head}Find k.\n:::"),
        "check": code(SPEAKS, "check", *SKIPPED, wrong=["4", "9 - 2"]),
        "solution": "k = 4\nk = k + 1",
    }
    return exercise(label, kind, **{**cells, **changes})


def notebook(*cells, **metadata):
    """A notebook of these cells, with ids that do not change."""
    new = new_notebook(cells=list(cells), metadata=metadata)
    for position, cell in enumerate(new.cells):
        cell["id"] = f"id-{position}"
    return new
