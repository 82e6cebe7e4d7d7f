"""What the tests read out of a figure: the numbers for the browser, and its one output."""

import base64

WIDGET = "application/vnd.jupyter.widget-view+json"


def numbers(figure, name):
    """The numbers of a trait, as the browser reads them, in double precision."""
    return figure.numbers(name).numpy()


def assert_shows_itself_three_ways(figure):
    """One output has the live figure, a still picture and a text."""
    data, _ = figure._repr_mimebundle_()
    assert data[WIDGET]["model_id"] == figure.model_id
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == figure.label != ""
