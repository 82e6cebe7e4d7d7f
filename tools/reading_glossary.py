"""The small Sphinx extension for the glossary: its terms can be linked, and searched for.

A chapter links a term as ``[term](glossary.md#term-term)``; in the page the entry has that
name. The index, which the search prefers, knows the variants of each term as well.
"""

from docutils import nodes
from glossary import terms_in
from sphinx import addnodes

PAGE = "glossary"


def name_terms(app, doctree):
    """Give each entry of the glossary its anchor, and the index its names."""
    docname = app.env.docname
    if docname.rpartition("/")[2] != PAGE:
        return
    slugs = app.env.metadata[docname].setdefault("myst_slugs", {})
    for entry in doctree.findall(nodes.term):
        term = term_of(entry)
        entry["ids"].append(term.anchor)
        slugs[term.anchor] = (entry.line, term.anchor, term.name)
        index = addnodes.index(entries=[single(name, term) for name in term.names])
        entry.insert(0, index)


def term_of(entry):
    """The term of an entry: what is bold, and in brackets its variants."""
    bold = next(iter(entry.findall(nodes.strong)))
    source = entry.astext().replace(bold.astext(), f"**{bold.astext()}**", 1)
    return terms_in(f"{source}\n: ")[0]


def single(name, term):
    """An entry of the index."""
    return ("single", name, term.anchor, "main", None)


def setup(app):
    """Connect the parts to Sphinx."""
    app.connect("doctree-read", name_terms, priority=400)  # before the index is made
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
