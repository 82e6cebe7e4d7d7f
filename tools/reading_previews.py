"""The small Sphinx extension for previews: what a link names, shown beside the link.

A page works from a disk, where it may not read another one. So the build puts into each
page the few things that it links to and that another page defines: terms of the glossary,
sources and figures; and its own equations, whose TeX is gone once they are drawn. The
script `course-previews.js` shows them.
"""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pieces

LINK = re.compile(r'<a class="reference internal"[^>]* href="([^"#]*)#([^"]+)"')
MARK = '<template id="cu-previews">'
PREVIEWS = re.compile(rf"{MARK}.*?</template>\n", re.DOTALL)


def preview(page, name):
    """What a name on a page stands for, as HTML; None where that is no short thing."""
    found = pieces.named(page, name)
    if found is None:
        return None
    kind = re.match(r"<([\w-]+)(?:[^>]*\sclass=\"([^\"]*)\")?", found)
    words = set((kind[2] or "").split())
    if kind[1] == "dt":
        definition = pieces.first(page, "dd", page.index(found))
        return f"<p>{pieces.inner(found)}</p>{pieces.inner(definition)}"
    if kind[1] == "figure" and (picture := pieces.picture(found)):
        return f"{picture}<p>{pieces.caption(found)}</p>"
    if "math" in words:
        return found
    return pieces.first(found, "p") if "citation" in words else None


def kept_by(page, target, name):
    """Whether a page shows a thing from itself: its own figures, and nothing else."""
    return target == page and not name.startswith("equation-")


def previews(pages, page):
    """The previews that a page needs, as one element that nobody sees."""
    text = pages(page)
    start = text.find("<article")
    article = text[start : text.find("</article>", start)]
    found = []
    for address, name in dict.fromkeys(LINK.findall(article)):
        target = (page.parent / address).resolve() if address else page
        if not target.is_file() or kept_by(page, target, name):
            continue
        shown = preview(pages(target), unescape(name))
        if shown:
            if pieces.DRAWING in shown:
                shown = pieces.style_of_drawings(pages(target)) + shown
            shown = pieces.moved(pieces.loose(shown), str(target), str(page))
            found.append(f'<div data-for="{address}#{name}">{shown}</div>')
    return f"{MARK}{''.join(found)}</template>\n" if found else ""


def put_in(app, exception):
    """After the build, put the previews into each page; doing it twice is doing it once."""
    if exception or app.builder.format != "html":
        return
    pages = cache(lambda path: PREVIEWS.sub("", path.read_text(encoding="utf-8")))
    for docname in app.env.found_docs:
        path = Path(app.outdir, f"{docname}.html").resolve()
        text = path.read_text(encoding="utf-8")
        before, end, after = pages(path).rpartition("</body>")
        new = f"{before}{previews(pages, path)}{end}{after}"
        if new != text:
            path.write_text(new, encoding="utf-8")


def setup(app):
    """Connect the parts to Sphinx."""
    app.connect("build-finished", put_in)
    app.add_js_file("course-previews.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
