"""A notebook that tries to run something in the page of whoever reads it."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.tools.cells import STATE, VIEW

RUN = "window.ran=1;alert(1)"
SCRIPT = f"<script>{RUN}</script>"
MARKUP = [
    SCRIPT,
    f"<ScRiPt\n>{RUN}</ScRiPt>",
    f"<img src=x onerror={RUN}>",
    f'<img src="data:image/png;base64,!" onerror="{RUN}">',
    f"<svg onload={RUN}></svg>",
    f'<svg><a xlink:href="javascript:{RUN}"><text y="9">svg</text></a></svg>',
    f'<a href="javascript:{RUN}">a link</a>',
    f'<a href=" java\nscript:{RUN}">a broken link</a>',
    f'<a href="data:text/html,{SCRIPT}">data</a>',
    '<iframe srcdoc="<script>parent.ran=1;alert(1)</script>"></iframe>',
    '<iframe src="javascript:parent.ran=1"></iframe>',
    f"<details open ontoggle={RUN}>more</details>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<object data="javascript:{RUN}"></object><embed src="javascript:{RUN}">',
    f'<form action="javascript:{RUN}"><button>send</button></form>',
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<style>@import 'https://elsewhere.example/a.css';</style>",
    "<link rel=stylesheet href='https://elsewhere.example/a.css'>",
    "<img src='https://elsewhere.example/seen.png'>",
    f"</pre></div></body>{SCRIPT}",
]
IN_MARKDOWN = [
    f"[a link](javascript:{RUN})",
    f"[another](data:text/html,{SCRIPT})",
    f'![a picture](x"onerror="{RUN})',
    f"<javascript:{RUN}>",
    f"```{SCRIPT}\ncode\n```",
    f"$${SCRIPT}$$ and `{SCRIPT}`",
    f"[^1]: {SCRIPT}",
]
BROKEN_OUT = f'"><img src=x onerror={RUN}>'


def outputs():
    """Outputs of every kind, each with something that would run."""
    kinds = {
        **dict.fromkeys(["text/html", "text/markdown", "text/latex"], "\n".join(MARKUP)),
        "image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"></svg>',
        "application/javascript": RUN,
        "text/vnd.mermaid": SCRIPT,
        "image/png": BROKEN_OUT,
        VIEW: {"model_id": f"</script>{SCRIPT}"},
    }
    for kind, data in kinds.items():
        yield new_output("display_data", data={kind: data})
    yield new_output("display_data", data={"text/plain": SCRIPT, "text/html": SCRIPT})
    yield new_output("stream", name="stdout", text="\n".join(MARKUP))
    yield new_output("error", ename=SCRIPT, evalue=BROKEN_OUT, traceback=MARKUP)
    yield new_output(
        "display_data",
        data={"image/png": "iVBORw0KGgo="},
        metadata={"image/png": {"alt": BROKEN_OUT, "width": BROKEN_OUT}},
    )


def hostile_notebook():
    """All of it in one notebook: text, code, outputs, widgets, tags and names."""
    cells = [new_markdown_cell(text) for text in [*MARKUP, *IN_MARKDOWN]]
    cells.append(new_code_cell(f"'''{MARKUP[0]}'''", outputs=list(outputs())))
    cells.append(new_markdown_cell("![x](attachment:a)"))
    cells[-1].attachments = {"a": {BROKEN_OUT: BROKEN_OUT}}
    for cell in cells:
        cell.metadata = {"tags": [BROKEN_OUT], "raw_mimetype": "text/html"}
    widgets = {STATE: {"state": {"m": {"state": {"_esm": RUN, "x": f"</script>{SCRIPT}"}}}}}
    return new_notebook(
        cells=cells,
        metadata={
            "title": f"</title>{SCRIPT}",
            "authors": [{"name": SCRIPT}],
            "widgets": widgets,
            "language_info": {"name": BROKEN_OUT, "pygments_lexer": BROKEN_OUT},
        },
    )
