"""A deck as one page of HTML, from the slides of a chapter."""

import json
from html import escape
from pathlib import Path

import weight
from anatomy.figures import forms
from mathjax_bundle import SETTINGS
from normal_form import WIDGET_STATE, WIDGET_VIEW, widget_models

from . import markup
from .sources import numbers_of

HERE = Path(__file__).parent
FRONTS = "_static/fronts"
PICTURES = "_images"
TEMPLATE = (HERE / "deck.html").read_text(encoding="utf-8")
SECTION = """\
<section class="cu-slide cu-is-{kind}">
<h2>{head}</h2>
{lead}<div class="cu-stage"{swipe}><div class="cu-fit">{stage}</div></div>
{said}<aside class="notes">{notes}</aside>
</section>
"""


class Deck:
    """The pages of one chapter's slides, and the folder that they are written into."""

    def __init__(self, notebook, chapter, folder):
        self.notebook = notebook
        self.chapter = chapter
        self.folder = folder
        self.numbers = numbers_of(notebook, chapter)

    def section(self, slide):
        """One slide."""
        live = slide.kind in ("widget", "quick")
        return SECTION.format(
            kind=slide.kind,
            head=self.line(slide.head),
            lead=self.sentence("cu-lead", slide.lead),
            swipe=" data-prevent-swipe" if live else "",
            stage=getattr(self, slide.kind)(slide),
            said=self.sentence("cu-said", slide.said),
            notes=markup.notes(slide.notes, self.numbers),
        )

    def line(self, text):
        """Markdown within a line."""
        return markup.line(text, self.numbers)

    def sentence(self, kind, text):
        """A sentence above or below what a slide shows."""
        return f'<p class="{kind}">{self.line(text)}</p>\n' if text else ""

    def title(self, slide):
        """The number of the chapter, large."""
        return f'<p class="cu-chapter">Chapter {self.chapter}</p>'

    def goals(self, slide):
        """What one can do afterwards."""
        return self.points("ol", slide.show)

    def summary(self, slide):
        """The sentences of the summary."""
        return self.points("ul", slide.show)

    def points(self, tag, texts):
        """A list."""
        items = "".join(f"<li>{self.line(text)}</li>" for text in texts)
        return f"<{tag}>{items}</{tag}>"

    def formula(self, slide):
        """A displayed formula, and the code that is the same."""
        shown = markup.display(*slide.show, self.numbers)
        return shown + (markup.code(slide.code) if slide.code else "")

    def figure(self, slide):
        """A picture."""
        return self.picture(slide.show)

    def drawing(self, slide):
        """A drawing, which brings its own style."""
        return self.html(slide.show)

    def table(self, slide):
        """A table."""
        return self.html(slide.show)

    def widget(self, slide):
        """A figure that responds, and its still twin."""
        return self.live(slide.show, self.picture(slide.show, "cu-twin"))

    def quick(self, slide):
        """A quick check, and its twin in words."""
        return self.live(slide.show, f'<div class="cu-twin">{self.html(slide.show)}</div>')

    def lines(self, slide):
        """The equations with their lines of code."""
        return markup.prose(slide.show, self.numbers)

    def picture(self, cell, kind=""):
        """The last picture of a cell."""
        data = [form["image/png"] for form in forms(cell) if "image/png" in form][-1]
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        return markup.picture(data, alt, self.folder / PICTURES, kind)

    def html(self, cell):
        """What a cell shows as HTML."""
        return "".join(form.get("text/html", "") for form in forms(cell))

    def live(self, cell, twin):
        """The view of a widget beside its twin, as the host of the book finds them."""
        view = next(form[WIDGET_VIEW] for form in forms(cell) if WIDGET_VIEW in form)
        script = f'<script type="{WIDGET_VIEW}">{json.dumps(view)}</script>'
        return f'<div class="cu-responding">{script}{twin}</div>'

    def state(self):
        """The state of the widgets, and the scripts with their texts."""
        models = {"state": widget_models(self.notebook)}
        light, texts = weight.lightened(json.dumps(models))
        for text in texts.values():
            path = self.folder / FRONTS / f"{weight.name_of(text)}.js"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(weight.script(text), encoding="utf-8")
        fronts = "".join(
            f'<script defer src="{FRONTS}/{name}.js"></script>\n' for name in texts
        )
        return f'{fronts}<script type="{WIDGET_STATE}">{light}</script>'

    def page(self, slides, book):
        """The whole deck."""
        title = slides[0].head
        return TEMPLATE.format(
            title=escape(f"{title} – slides"),
            book=escape(book),
            mathjax=json.dumps(SETTINGS),
            state=self.state(),
            slides="".join(self.section(slide) for slide in slides),
        )
