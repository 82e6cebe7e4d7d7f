"""The check of the JavaScript sees what it is there for; without deno this is skipped."""

import javascript
import pytest

pytest.importorskip("deno", reason="deno is missing: see tools/requirements.txt")


def test_each_front_end_is_the_shared_part_and_its_own():
    texts = javascript.front_ends()
    assert "truncation.js" in texts and "figure.js" not in texts
    alone = {"quick.js"}
    assert {n for n, text in texts.items() if "function slider(" not in text} == alone
    assert all(text.count("export default") == 1 for text in texts.values())


def test_names_that_a_front_end_defines_and_the_page_are_known():
    text = "const page = document;\nexport default page;\n"
    assert javascript.names_are_defined({"figure.js": text})


@pytest.mark.parametrize(
    "fault",
    ["export default silder;\n", "function draw() {}\nfunction draw() {}\ndraw();\n"],
    ids=["a name that nobody defines", "a name that is defined twice"],
)
def test_a_fault_is_seen(fault):
    assert not javascript.names_are_defined({"figure.js": fault})


def test_a_long_line_is_seen(tmp_path, monkeypatch, capsys):
    settings = '{"fmt": {"include": ["*.js"], "lineWidth": 10}}'
    (tmp_path / "deno.json").write_text(settings, encoding="utf-8")
    (tmp_path / "a.js").write_text("// ten char\n// ten cha\n", encoding="utf-8")
    monkeypatch.setattr(javascript, "ROOT", tmp_path)
    assert not javascript.lines_are_short()
    assert capsys.readouterr().out == "a.js:1: 11 characters\n"
