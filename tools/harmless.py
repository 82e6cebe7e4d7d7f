"""The notebooks of others as pages to read, in which nothing runs.

Three walls, each of which would do: of a notebook only its text, its code, and the words
and pictures of its outputs are kept; nbconvert takes out of the text what is not plain
markup; and the page forbids the browser every script, style sheet and address but its own.
So formulas stand there as they were typed. Nothing is executed on the way.
"""

import html
from pathlib import Path

import bleach
from book_files import write_if_changed
from nbconvert import HTMLExporter
from nbformat import from_dict
from normal_form import read

SHOWN = ("text/plain", "image/png", "image/jpeg")
OBJECT = "<IPython.core.display."  # how an output of Markdown calls itself in plain text
NOT_SHOWN = "(an output that is neither words nor a picture)"
PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
TAGS = {
    *bleach.ALLOWED_TAGS,
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "img", "del", "sub", "sup"),
    *("div", "span", "pre", "table", "thead", "tbody", "tr", "th", "td"),
}
STYLE = """
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif }
pre { overflow-x: auto; padding: 0.5rem; white-space: pre-wrap; background: #f4f4f4 }
.jp-OutputArea pre, .output pre { background: none; border-left: 3px solid #ccc }
.jp-InputPrompt, .jp-OutputPrompt, .prompt { color: #666; font-size: 0.8rem }
.anchor-link { display: none }
img { max-width: 100% }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def what_is_seen(notebook):
    """The notebook without metadata, widgets, and outputs that are no word or picture."""
    new = from_dict({**notebook, "metadata": {}})
    for number, cell in enumerate(new.cells):
        cell.id = f"{number}"
        cell.metadata = from_dict({})
        for output in cell.get("outputs", []):
            if "data" in output:
                output.metadata = from_dict({})
                output.data = words_and_pictures(output.data)
    return new


def words_and_pictures(data):
    """The harmless forms of an output; Markdown and formulas as they were typed."""
    kept = {k: v for k, v in data.items() if k in SHOWN}
    if not kept or str(kept.get("text/plain", "")).startswith(OBJECT):
        kept["text/plain"] = data.get("text/markdown", data.get("text/latex", NOT_SHOWN))
    return kept


def may_stay(tag, name, value):
    """Whether an attribute is harmless: a class, a link, a picture that the page holds."""
    if (tag, name) == ("img", "src"):
        return value.startswith(PICTURES)
    if (tag, name) == ("a", "href"):
        return not value.startswith("data:")
    return name in ("class", "alt")


def clean(markup):
    """The markup with every tag but the plain ones turned into text."""
    protocols = [*bleach.ALLOWED_PROTOCOLS, "data"]
    return bleach.clean(str(markup), TAGS, may_stay, protocols)


def page(notebook, title):
    """The text of a page that shows a notebook."""
    exporter = HTMLExporter(template_name="basic", sanitize_html=True)
    exporter.register_filter("clean_html", clean)  # the same, with headings and tables
    body, _ = exporter.from_notebook_node(what_is_seen(notebook))
    return PAGE.format(policy=POLICY, title=html.escape(title), style=STYLE, body=body)


def notebooks_below(paths):
    """The notebooks among these files and below these folders, each with its place there.

    A link to another file is left out: it would show what was not handed in.
    """
    for path in paths:
        found = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
        for file in found:
            if not file.is_symlink() and ".ipynb_checkpoints" not in file.parts:
                yield file, file.relative_to(path if path.is_dir() else path.parent)


def write_pages(paths, folder):
    """Write a page for every notebook that can be read; the number of those that cannot."""
    failures = 0
    for file, place in notebooks_below([Path(path) for path in paths]):
        try:
            text = page(read(file), place.stem)
        except Exception as error:  # whatever is in the file of another
            failures += 1
            print(f"{place}: not read as a notebook: {str(error).partition(chr(10))[0]}")
            continue
        target = folder / place.with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(target, text)
        print(f"{place}: {target}")
    return failures
