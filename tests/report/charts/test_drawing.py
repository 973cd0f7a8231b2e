"""Drawings: the same bytes each time, words for who cannot see them, and nothing but text."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from oncorules.report.charts.drawing import (
    COLOURS,
    HATCHES,
    LINES,
    Drawing,
    new_figure,
    shortened,
    style,
)

from .marks import HOSTILE, drawn, in_other_process, said, texts

OKABE_ITO = {
    "black": "#000000", "orange": "#E69F00", "sky blue": "#56B4E9", "bluish green": "#009E73",
    "yellow": "#F0E442", "blue": "#0072B2", "vermilion": "#D55E00", "reddish purple": "#CC79A7",
}  # fmt: skip
TWICE = """
import hashlib
from tests.report.charts.test_drawing import draw
one = draw()
for made in (one.svg().encode(), one.png(), one.element().encode()):
    print(hashlib.sha256(made).hexdigest())
"""


def draw(label: str = "A label", name: str = "one", title: str = "Title") -> Drawing:
    """Return a drawing with a label, a line and a hatched bar."""
    with style():
        figure = new_figure(3, 2)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label="line")
        axes.bar([0], [1], hatch="//")
        axes.text(0.5, 0.5, label)
    return Drawing(name, title, "Rises & falls.", "Method: by hand.", figure)


def test_a_drawing_has_a_title_and_a_description_for_a_screen_reader():
    assert said(draw().svg()) == ("Title", "Rises & falls.", "Title. Rises & falls.")


def test_a_file_carries_its_title_and_footnote_and_a_part_of_a_page_does_not():
    one = draw()
    assert "Title. Method: by hand." in texts(one.svg())
    assert "Title. Method: by hand." not in texts(one.element())
    assert one.svg().startswith("<?xml") and one.element().startswith("<svg")


def test_a_png_tells_what_it_shows():
    from PIL import Image

    with Image.open(BytesIO(draw().png())) as image:
        assert image.text == {
            "Title": "Title", "Description": "Rises & falls.", "Comment": "Method: by hand.",
        }  # fmt: skip


def test_a_drawing_is_the_same_in_every_process():
    found = {in_other_process(TWICE, seed) for seed in (1, 2)}
    assert len(found) == 1
    assert len(found.pop().split()) == 3


def test_the_second_file_of_a_drawing_is_that_of_the_first():
    one = draw()
    assert one.svg() == one.svg()
    assert one.png() == one.png()


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_a_name_is_shown_as_text(text):
    svg = drawn(draw(text, title=text))
    assert text in texts(svg)
    assert said(svg)[0] == text
    assert "<script" not in svg


def test_a_control_character_does_not_break_the_drawing():
    assert "a\ufffdb" in texts(drawn(draw("a\x01b")))


def test_two_drawings_of_one_page_share_no_id():
    ids = [set(re.findall(r' id="([^"]+)"', draw(name=name).element())) for name in ("a", "b")]
    assert ids[0] and not ids[0] & ids[1]
    for one, name in zip(ids, ("a", "b"), strict=True):
        used = re.findall(r'(?:href="|url\()#([^")]+)', draw(name=name).element())
        assert used and set(used) <= one


def test_a_users_own_settings_change_nothing():
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert draw().svg() == draw().svg()
        ours = draw().svg()
    assert ours == draw().svg()


def test_the_colours_are_those_of_okabe_and_ito_and_none_is_alone_in_telling_groups_apart():
    assert set(COLOURS) <= set(OKABE_ITO.values())
    for looks in (COLOURS, LINES, HATCHES):
        assert len(set(looks)) == len(looks) == 7


@pytest.mark.parametrize("most", [6, 20])
def test_a_long_text_keeps_its_beginning_and_more_of_its_end(most):
    short = shortened("A" * 100 + "Z" * 100, most)
    assert len(short) == most
    assert 0 < short.count("A") < short.count("Z")
    assert shortened("Z" * most, most) == "Z" * most
