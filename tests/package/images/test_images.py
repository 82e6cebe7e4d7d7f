"""Real pictures come from installed packages, in the size that one asks for."""

import socket

import pytest
import torch

from course_utils import images


def test_every_photograph_is_grey_between_black_and_white():
    album = images.photographs()
    assert len(album) == 17
    for name, f in album.items():
        assert f.ndim == 2 and f.dtype == torch.get_default_dtype(), name
        assert f.min() >= 0 and f.max() <= 1 and f.std() > 0.05, name


def test_a_size_gives_a_square_of_the_same_scene():
    small, large = (images.photographs(size)["camera"] for size in (64, 512))
    assert small.shape == (64, 64) and large.shape == (512, 512)
    means = large.reshape(64, 8, 64, 8).mean((1, 3))
    assert (small - means).abs().mean() < 0.02


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no picture 'dog'.*camera"):
        images.photographs()["dog"]


def test_a_ct_slice_has_air_around_a_skull_around_a_brain_like_water():
    head = images.ct_slices()["head"]
    assert head.shape == (512, 512)
    assert head[:50].mean() < 0.05 and head.min() == 0
    assert head[200:300, 220:300].median() == pytest.approx(1.03, abs=0.05)
    assert head.max() > 2 and set(images.ct_slices()) == {"head", "abdomen"}


def test_pictures_need_no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert images.photographs(16)["moon"].shape == images.ct_slices(16)["head"].shape


def test_tiles_are_disjoint_and_in_reading_order():
    f = torch.arange(7 * 5.0).reshape(7, 5)
    tiles = images.patches(f, 2)
    assert tiles.shape == (6, 2, 2)
    assert tiles[1].tolist() == [[2, 3], [7, 8]]
    assert tiles[2].tolist() == [[10, 11], [15, 16]]
    assert len(tiles.unique()) == tiles.numel()


def test_tiles_of_several_pictures_follow_each_other():
    pictures = {"a": torch.zeros(4, 4), "b": torch.ones(2, 6)}
    assert images.patches(pictures, 2).mean((1, 2)).tolist() == [0] * 4 + [1] * 3
    with pytest.raises(ValueError, match="no tile of 3 x 3"):
        images.patches(pictures, 3)


def test_a_path_to_nothing_or_to_a_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="is missing: give the path"):
        images.load(tmp_path / "no.png")
    with pytest.raises(FileNotFoundError, match="is a folder"):
        images.load(tmp_path)
