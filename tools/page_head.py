"""The head and the foot of a page: what browsers, search engines and readers are told.

The theme loads a library of icons (1.5 MB, of which a dozen are in use) and, on every page,
the index of the search. The first is replaced by `icons.py`, the second is left to the
page that searches. The foot says which version this is and under which licences; where
the address of the repository is set, it leads to the source, to a form for mistakes, to
the licence and to how to cite.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from launching import repository_of

TEMPLATES = Path(__file__).parent / "templates"
LEFT_OUT = re.compile(  # scripts of the theme, with their comment if they have one
    r"(?:<!--[^>]*icons -->\s*)?"
    r'<script[^>]*src="[^"]*(?:fontawesome|searchtools|language_data|searchindex)\.js[^>]*>'
    r"\s*</script>\s*"
)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')
VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)
LONGEST = 200  # characters of a description; engines cut there


def lightened(head):
    """A part of the theme's head without the scripts and the tags that are too much."""
    return VIEWPORT.sub("", LEFT_OUT.sub("", head))


def prepare(app, config):
    """Before the build: our template before the theme's, our scorer, our foot."""
    config.templates_path.append(str(TEMPLATES))
    config.html_search_scorer = config.html_search_scorer or str(TEMPLATES / "scorer.js")
    options = config.html_theme_options
    options["back_to_top_button"] = False  # it would float over figures; see layout.html
    options["footer_content_items"] = ["extra-footer.html"]


def claim(doctree):
    """What a page says it is about: its claim in italics, or else its first sentence."""
    paragraphs = list(doctree.findall(nodes.paragraph))
    for paragraph in paragraphs[:3]:
        if len(paragraph) == 1 and isinstance(paragraph[0], nodes.emphasis):
            return shortened(paragraph.astext())
    return shortened(paragraphs[0].astext()) if paragraphs else ""


def shortened(text):
    """The text in one line, and cut between two words where it is long."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return line[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def version(folder):
    """The version of the package beside the book, or nothing where there is none."""
    path = Path(folder) / "course_utils" / "__init__.py"
    found = VERSION.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return found[1] if found else ""


def links(repository, file, title):
    """What the foot leads to where the repository is known: words and addresses."""
    if repository is None:
        return {}
    return {
        "Source of this page": repository.on_web(file),
        "Report a mistake": repository.to_report(f"In “{title}”"),
        "Licence": repository.on_web("LICENSE-TEXT"),
        "How to cite": repository.on_web("CITATION.cff"),
    }


def foot(app, pagename, title):
    """The foot of a page, as HTML."""
    config = app.config
    options = config.html_theme_options
    number = version(app.srcdir)
    stamp = f"{config.html_title}, version {number}." if number else f"{config.html_title}."
    found = repository_of(options)
    known = found is not None and pagename in app.env.found_docs
    below = Path(options.get("path_to_docs") or "")
    file = (below / app.env.doc2path(pagename, base=False)).as_posix() if known else ""
    anchors = [
        f'<a href="{escape(address)}">{words}</a>'
        for words, address in links(found if known else None, file, title).items()
    ]
    lines = [
        f"{escape(stamp)} © {escape(str(config.copyright))} {escape(config.author)}. "
        "Text and figures CC BY 4.0, code BSD 3-Clause.",
        " · ".join(anchors),
    ]
    return "".join(f"<p>{line}</p>" for line in lines if line)


def fill(app, pagename, templatename, context, doctree):
    """Give the template what it asks for."""
    context["lightened"] = lightened
    title = re.sub(r"<[^>]+>", "", context.get("title") or "")
    context["theme_extra_footer"] = foot(app, pagename, title)
    if doctree is not None and (words := claim(doctree)):
        tag = f'<meta name="description" content="{escape(words)}" />\n'
        context["metatags"] = context.get("metatags", "") + tag


def indexed(app, env, added, changed, removed):
    """The glossary, to be read and written anew in every build.

    The search forgets the entries of an index that stand on a page which is not written.
    """
    return [page for page in env.found_docs if page.rpartition("/")[2] == "glossary"]


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", prepare, priority=900)
    app.connect("env-get-outdated", indexed)
    app.connect("html-page-context", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
