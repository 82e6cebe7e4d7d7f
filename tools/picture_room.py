"""Every picture says how large it is, so that its room is there before the picture."""

import re
import struct
from pathlib import Path

IMAGE = re.compile(r'<img(?![^>]*\b(?:width|height)=)(?=[^>]*\bsrc="[^"]*/([^"/]+\.png)")')
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def size(path):
    """Width and height of a PNG in pixels, or None for what is none."""
    with path.open("rb") as file:
        head = file.read(24)
    return struct.unpack(">II", head[16:]) if head.startswith(SIGNATURE) else None


def sized(body, places):
    """A page whose pictures have their sizes; `places` says where each file lies."""

    def one(found):
        place = places.get(found[1])
        known = size(place) if place and place.exists() else None
        return f'<img width="{known[0]}" height="{known[1]}"' if known else found[0]

    return IMAGE.sub(one, body)


def fill(app, pagename, templatename, context, doctree):
    """Give the pictures of a page their sizes."""
    if "body" in context:
        images = app.builder.images.items()
        places = {name: Path(app.srcdir, source) for source, name in images}
        context["body"] = sized(context["body"], places)


def setup(app):
    """Called by Sphinx."""
    app.connect("html-page-context", fill, priority=970)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
