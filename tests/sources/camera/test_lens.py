"""Pictures of any size become 1920x1080, mirrored, upright, with black bars where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tsmf_live.sources.camera.lens import Framing

RED, GREEN = (0, 0, 255), (0, 255, 0)


def marked(width: int, height: int) -> np.ndarray:
    """Grey, the top left quarter red, the top right one green."""
    picture = np.full((height, width, 3), 128, np.uint8)
    picture[: height // 2, : width // 2] = RED
    picture[: height // 2, width // 2 :] = GREEN
    return picture


@pytest.mark.parametrize(
    ("size_wh", "box"),
    [
        ((1920, 1080), (0, 0, 1920, 1080)),
        ((640, 480), (240, 0, 1680, 1080)),
        ((3840, 2160), (0, 0, 1920, 1080)),
        ((720, 1280), (656, 0, 1264, 1080)),
        ((1920, 800), (0, 140, 1920, 940)),
        ((100, 2), (0, 521, 1920, 559)),
    ],
)
def test_the_whole_picture_is_kept_in_the_middle(size_wh, box):
    framing = Framing(size_wh, 60)
    fitted = framing.fit(np.full((size_wh[1], size_wh[0], 3), 200, np.uint8))
    assert fitted.shape == (1080, 1920, 4)
    assert fitted.flags.c_contiguous
    left, top, right, bottom = framing.lens.box
    assert np.abs(np.subtract(framing.lens.box, box)).max() <= 1
    assert (fitted[top:bottom, left:right, :3] == 200).all()
    assert fitted[..., :3].sum(dtype=np.int64) == 3 * 200 * (bottom - top) * (right - left)
    assert (fitted[..., 3] == 255).all()


def test_a_picture_is_mirrored_unless_it_is_already():
    assert tuple(Framing((640, 480), 60).fit(marked(640, 480))[100, 400, :3]) == GREEN
    assert tuple(Framing((640, 480), 60, mirrored=True).fit(marked(640, 480))[100, 400, :3]) == RED


@pytest.mark.parametrize(("turned", "corner"), [(1, "right"), (2, "bottom right"), (3, "bottom left")])
def test_a_picture_stored_lying_stands_upright(turned, corner):
    """Turned clockwise, the red corner at the top left goes to the top right, bottom right, bottom left."""
    size_wh = (480, 640) if turned % 2 else (640, 480)
    framing = Framing(size_wh, 60, mirrored=True, turned=turned)
    fitted = framing.fit(marked(640, 480))
    left, top, right, bottom = framing.lens.box
    x = right - 30 if "right" in corner else left + 30
    y = bottom - 30 if "bottom" in corner else top + 30
    assert tuple(fitted[y, x, :3]) == RED


def test_the_field_of_view_is_that_of_the_longer_side():
    assert Framing((1920, 1080), 90).lens.focal_px == pytest.approx(960)
    assert Framing((1080, 1920), 90).lens.focal_px == pytest.approx(540)
    assert Framing((640, 480), 90).lens.focal_px == pytest.approx(720)
