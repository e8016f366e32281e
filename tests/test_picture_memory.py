"""Memory of pictures is used again, and never while somebody shows it."""

import subprocess
import sys

import numpy as np
import pytest

from tsmf_live.frames import SensorFrame
from tsmf_live.picture_memory import MOST_SPARE, PictureMemory


def address(picture: np.ndarray) -> int:
    return picture.__array_interface__["data"][0]


def test_a_picture_that_is_gone_gives_its_place_to_the_next():
    memory = PictureMemory()
    picture = memory.new()
    assert (picture.shape, picture.dtype, picture.flags.writeable) == ((1080, 1920, 4), np.uint8, True)
    place = address(picture)
    del picture
    assert address(memory.new()) == place


def test_a_place_is_not_given_away_while_any_view_shows_it():
    memory = PictureMemory()
    picture = memory.new()
    picture[:] = 7
    frame = SensorFrame(0, 0.0, 0.0, picture, ())
    corner = frame.color_bgra[:10, :10, :3].T
    place = address(picture)
    del picture, frame
    assert address(memory.new()) != place
    memory.new()[:] = 9
    assert (corner == 7).all()
    del corner
    assert place in {address(one) for one in [memory.new() for _ in range(3)]}


def test_few_places_are_kept_for_later():
    memory = PictureMemory()
    pictures = [memory.new() for _ in range(MOST_SPARE + 5)]
    del pictures
    assert len(memory._spare) == MOST_SPARE


SCRIPT = """
import numpy as np, psutil
from tsmf_live.picture_memory import GivingBack
kept, picture_bytes, count = [], 1080 * 1920 * 4, 12
for _ in range(2):  # glibc keeps large blocks from the first one that was freed
    pictures = []
    for _ in range(count):
        pictures.append(np.ones(picture_bytes, np.uint8))
        kept.append(np.ones(60_000, np.uint8))  # as the crops of a person
    held = psutil.Process().memory_info().rss
    del pictures
GivingBack().now_and_then()
print((held - psutil.Process().memory_info().rss) / (count * picture_bytes))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library gives large blocks back by itself")
def test_free_memory_is_given_back_while_small_things_lie_between():
    """In a process of its own: what ran before leaves free places that a picture fits into."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) > 0.9
