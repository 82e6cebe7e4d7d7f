"""The small Sphinx extension for what one has read: a script remembers it."""


def setup(app):
    """Add the script of `course-reading.js`."""
    app.add_js_file("course-reading.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
