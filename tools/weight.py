"""What a page carries for its responding figures, stored once and packed; plainer code.

A notebook keeps with every widget the text of its front end and of its style, and its
arrays as plain base64. In the page each text is named by its hash, and stands in a script
of its own that all pages share; arrays are packed where that saves a twentieth.
`course-widgets.js` puts both back. The notebooks stay as they are.

In code, names, punctuation and spaces have the colour of the text around them: what
Pygments wraps around each of them is taken off, which is a fifth of a chapter.

The theme's own script lays a page out some seventy times while it loads; here it asks for
all sizes first, and then writes.
"""

import base64
import binascii
import hashlib
import json
import re
import zlib
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
FOLDER = "_static/fronts"
TEXTS = ("_esm", "_css")
UNCOLOURED = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
WORTH = 0.95  # packed to less than this
THEME = "scripts/pydata-sphinx-theme.js"
# The theme asks of each region how wide it is, then writes. Of what is in a closed fold it
# asks too, which is laid out for that alone; `course-page.js` sees to it once it is open.
IN_TURN = re.compile(
    r"document\.querySelectorAll\((\[[^]]+\]\.join\([^)]+\))\)"
    r"\.forEach\((\w)=>\{\2\.tabIndex=([^?}]+)\?0:-1\}\)"
)
AT_ONCE = (
    r"Array.from(document.querySelectorAll(\1))"
    r".filter(e=>!e.closest('details:not([open])'))"
    r".map(\2=>[\2,\3?0:-1]).forEach(([e,v])=>{e.tabIndex=v})"
)


def name_of(text):
    """The name of a text: the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def script(text):
    """A script that registers a text; it works from a disk, where no module may be read."""
    words = json.dumps(text, ensure_ascii=False)
    return f"(globalThis.courseFronts ??= {{}})[{json.dumps(name_of(text))}] = {words};\n"


def named(record, texts):
    """The record of a widget with its texts named, and `texts` with what they are."""
    state = dict(record.get("state", {}))
    for key in TEXTS:
        if isinstance(text := state.get(key), str) and text:
            texts[name_of(text)] = text
            state[key] = {"front": name_of(text)}
    return record | {"state": state}


def packed(record):
    """The record of a widget with its arrays packed where that pays."""
    if not record.get("buffers"):
        return record
    return record | {"buffers": [packed_buffer(buffer) for buffer in record["buffers"]]}


def packed_buffer(buffer):
    """One array: deflated, or as it was."""
    if buffer.get("encoding", "base64") != "base64":
        return buffer
    try:
        plain = base64.b64decode(buffer["data"], validate=True)
    except binascii.Error:
        return buffer
    small = base64.b64encode(zlib.compress(plain, 9)).decode()
    if len(small) > WORTH * len(buffer["data"]):
        return buffer
    return buffer | {"encoding": "deflate", "data": small}


def lightened(body):
    """The state of a page's widgets, and the texts that it names."""
    state = json.loads(body)
    texts = {}
    for model, record in state["state"].items():
        state["state"][model] = packed(named(record, texts))
    light = json.dumps(state, separators=(",", ":"))
    return light.replace("</", "<\\/"), texts


def plainer(body):
    """A page's text without the marks of code that has the colour of the rest."""
    return UNCOLOURED.sub(r"\1", body)


def fill(app, pagename, templatename, context, doctree):
    """Lighten the text of a page and its state, and write the scripts that it names."""
    if "body" in context:
        context["body"] = plainer(context["body"])
    scripts = context.get("script_files", [])
    for number, file in enumerate(scripts):
        attributes = getattr(file, "attributes", None) or {}
        if attributes.get("type") != STATE or not attributes.get("body"):
            continue
        body, texts = lightened(attributes["body"])
        kind = type(file)
        front = [kind(store(app, text), defer="defer") for text in texts.values()]
        again = kind(None, **attributes | {"body": body})
        context["script_files"] = [*scripts[:number], *front, again, *scripts[number + 1 :]]
        return


def asks_first(script):
    """The theme's script, which asks of all regions before it writes to any."""
    return IN_TURN.sub(AT_ONCE, script)


def mend_the_theme(app, error):
    """Write the theme's script anew when all else is written."""
    path = Path(app.outdir) / "_static" / THEME
    if not error and path.exists():
        path.write_text(asks_first(path.read_text("utf-8")), encoding="utf-8")


def store(app, text):
    """Write the script of a text, if it is not there, and name the file."""
    file = f"{FOLDER}/{name_of(text)}.js"
    path = Path(app.outdir) / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script(text), encoding="utf-8")
    return file


def setup(app):
    """Called by Sphinx."""
    app.connect("html-page-context", fill, priority=950)
    app.connect("build-finished", mend_the_theme)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
