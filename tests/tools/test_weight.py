"""What a page carries for its figures: each text once, arrays packed, nothing lost."""

import base64
import json
import re
import zlib
from pathlib import Path

import weight

FRONT = "export default {}; // </script> é"
FLAT = base64.b64encode(bytes(4000)).decode()
NOISE = base64.b64encode(bytes((i * 7919 + i * i) % 251 for i in range(300))).decode()


def widget(data, encoding="base64"):
    """The state of one widget, as a notebook keeps it."""
    buffers = [{"path": ["data"], "encoding": encoding, "data": data}]
    return {"state": {"_esm": FRONT, "_css": "", "width": 3}, "buffers": buffers}


def lightened(*records):
    """The records and the texts of a page with these widgets."""
    state = {"version_major": 2, "state": {f"m{i}": r for i, r in enumerate(records)}}
    body, texts = weight.lightened(json.dumps(state))
    return body, list(json.loads(body)["state"].values()), texts


def test_two_widgets_share_the_text_of_their_front_end():
    body, (first, second), texts = lightened(widget(FLAT), widget(NOISE))
    name = weight.name_of(FRONT)
    assert first["state"] == second["state"]
    assert first["state"] == {"_esm": {"front": name}, "_css": "", "width": 3}
    assert texts == {name: FRONT}
    assert FRONT not in body and "</" not in body


def test_a_script_registers_the_very_text():
    found = re.fullmatch(
        r'\(globalThis\.courseFronts \?\?= \{\}\)\["(\w+)"\] = (".*");\n',
        weight.script(FRONT),
    )
    assert found[1] == weight.name_of(FRONT)
    assert json.loads(found[2]) == FRONT


def test_an_array_is_packed_where_that_pays_and_comes_back_as_it_was():
    (packed,) = lightened(widget(FLAT))[1][0]["buffers"]
    assert packed["encoding"] == "deflate" and packed["path"] == ["data"]
    assert zlib.decompress(base64.b64decode(packed["data"])) == bytes(4000)
    assert len(packed["data"]) < 100


def test_what_packing_would_not_make_smaller_stays_as_it_is():
    dense = base64.b64encode(zlib.compress(base64.b64decode(NOISE) * 3, 9)).decode()
    for record in (widget(dense), widget("00ff", "hex"), widget("not base64!")):
        assert lightened(record)[1][0]["buffers"] == record["buffers"]


def test_a_widget_without_arrays_or_texts_passes():
    record = {"model_name": "LayoutModel", "state": {"width": None}}
    assert lightened(record)[1:] == ([record], {})


def test_code_keeps_the_marks_that_have_a_colour_and_every_sign():
    code = (
        '<span></span><span class="n">f</span> '
        '<span class="o">=</span><span class="w"> </span>'
        '<span class="mi">2</span><span class="p">(&lt;</span> <span class="pre">n</span>'
    )
    plain = weight.plainer(code)
    assert plain == (
        '<span></span>f <span class="o">=</span> '
        '<span class="mi">2</span>(&lt; <span class="pre">n</span>'
    )
    assert re.sub("<[^>]*>", "", plain) == re.sub("<[^>]*>", "", code)


def test_the_theme_asks_for_all_sizes_before_it_writes_any():
    import pydata_sphinx_theme

    folder = Path(pydata_sphinx_theme.__file__).parent
    script = next(folder.glob("theme/*/static/scripts/pydata-sphinx-theme.js")).read_text(
        "utf-8"
    )
    mended = weight.asks_first(script)
    assert (
        mended.count("tabIndex=e.scrollWidth") == script.count("tabIndex=e.scrollWidth") - 1
    )
    assert "e.scrollHeight>e.clientHeight?0:-1]).forEach(([e,v])=>{e.tabIndex=v})" in mended
    assert weight.asks_first(mended) == mended
