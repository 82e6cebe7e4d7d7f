"""The drawing of a U-Net says what the U-Net is."""

import pytest

from course_utils.drawings import unet
from course_utils.networks import ConvNet, UNet
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_words_are_on_the_sheet_and_no_boxes_overlap(levels):
    drawing = unet(UNet(width=16, levels=levels), (96, 96))
    assert_words_are_on_the_sheet(drawing)
    for tree in layouts(drawing):
        places = [
            tuple(float(box.get(side)) for side in ("x", "y", "width"))
            for box in tree.iter("rect")
            if box.get("class").startswith("line")
        ]
        assert len(places) == 2 * levels + 1
        for x, y, width in places:
            beside = [other for other in places if other[1] == y and other[0] > x]
            assert all(other[0] >= x + width + 30 for other in beside)


def test_sizes_and_weights_are_those_of_the_network():
    net = UNet(width=4, levels=2, classes=3)
    wide, narrow = map(words, layouts(unet(net, (32, 48))))
    total = sum(p.numel() for p in net.parameters())
    parts = [*net.down, *net.up]
    counts = [sum(p.numel() for p in part.parameters()) for part in parts]
    counts[-1] += sum(p.numel() for p in net.head.parameters())
    for lines in (wide, narrow):
        sizes = [line for line in lines if line[0].isdigit() and "×" in line]
        down = ["4 × 32 × 48", "8 × 16 × 24", "16 × 8 × 12"]
        assert sorted(sizes) == sorted([*down, "8 × 16 × 24", "3 × 32 × 48"])
        assert f"convolutions: learned, {total:,} weights" in lines
        drawn = [line for line in lines if line.endswith(" weights") and line[0].isdigit()]
        assert sorted(drawn) == sorted(f"{count:,} weights" for count in counts)
        assert [lines.count(word) for word in ("halve", "double", "join")] == [2, 2, 2]


def test_another_network_is_refused():
    with pytest.raises(ValueError, match="ConvNet is no U-Net"):
        unet(ConvNet(dims=2, width=4), (8, 8))


def test_each_level_has_one_height_and_the_finest_is_on_top():
    for tree in layouts(unet(UNet(width=4, levels=2, classes=3), (32, 48))):
        places = {}
        for line in tree.iter("text"):
            word = "".join(line.itertext())
            places.setdefault(word, []).append((float(line.get("x")), float(line.get("y"))))
        (first,) = places["4 × 32 × 48"]
        (last,) = places["3 × 32 × 48"]
        middle = places["8 × 16 × 24"]
        (bottom,) = places["16 × 8 × 12"]
        assert first[1] == last[1] < middle[0][1] == middle[1][1] < bottom[1]
        assert first[0] < bottom[0] < last[0]
