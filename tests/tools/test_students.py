"""What a student needs of a machine is written down as finely as it can be repeated."""

import students


def test_a_row_has_tens_of_mib_and_whole_seconds():
    found = students.row("01-a", 503.4 * students.MIB, 12.4)
    assert found == {"name": "01-a", "memory_mib": 500.0, "cpu_s": 12}


def test_a_chapter_is_weighed_by_what_its_kernel_says_at_the_end(monkeypatch, tmp_path):
    import execution
    from normal_form import dumps

    from tests.tools.cells import notebook, printed, text, whole_exercise

    ran = []

    def execute(chapter, folder):
        ran.append(chapter)
        chapter.cells[-1].outputs = [printed(f"{700 * students.MIB} 3.6\n")]

    monkeypatch.setattr(execution, "execute", execute)
    path = tmp_path / "01-a.ipynb"
    path.write_text(dumps(notebook(text("# A"), *whole_exercise())), encoding="utf-8")
    assert students.weigh(path) == {"name": "01-a", "memory_mib": 700.0, "cpu_s": 4}
    sources = [cell.source for cell in ran[0].cells]
    assert sources[-1] == students.ASK and "k = 4\nk = k + 1" in sources
