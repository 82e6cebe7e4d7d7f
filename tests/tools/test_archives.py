"""What a release hands out."""

import subprocess
import sys
from zipfile import ZipFile

import archives
import pytest


def test_an_archive_unpacks_into_one_folder_and_is_the_same_bytes_again(tmp_path):
    (tmp_path / "pages/deep").mkdir(parents=True)
    (tmp_path / "pages/index.html").write_text("é", encoding="utf-8")
    (tmp_path / "pages/deep/a.js").write_text("1", encoding="utf-8")
    for name in ("one.zip", "two.zip"):
        archives.zipped(tmp_path / "pages", tmp_path / name, "book")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["book/deep/a.js", "book/index.html"]
        assert archive.read("book/index.html").decode() == "é"


def test_without_pages_there_is_no_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "FINISHED", tmp_path / "index.html")
    with pytest.raises(SystemExit, match="make book"):
        archives.main(tmp_path / "archives")
    assert not (tmp_path / "archives").exists()


@pytest.mark.built
def test_the_notebooks_run_from_their_archive_and_students_get_no_solution(tmp_path):
    archives.main(tmp_path)
    names = [f"{archives.BOOK}-{kind}" for kind in ("html", "notebooks", "student")]
    assert sorted(path.stem for path in tmp_path.iterdir()) == names
    for name in names[1:]:
        with ZipFile(tmp_path / f"{name}.zip") as archive:
            archive.extractall(tmp_path)
    notebooks, student = (tmp_path / name for name in names[1:])
    program = (
        "import course_utils.images as i; i.photographs(8)['camera']; print(i.__file__)"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(
        command, cwd=notebooks, check=True, capture_output=True, text=True
    )
    assert str(notebooks) in said.stdout
    kinds = ("[0-9]*.ipynb", "project-*.ipynb")
    given = [path.name for kind in kinds for path in (notebooks / "book").glob(kind)]
    assert sorted(given) == sorted(path.name for path in student.glob("*.ipynb"))
    texts = [path.read_text(encoding="utf-8") for path in student.glob("*.ipynb")]
    assert texts and not any('"solution"' in text for text in texts)
