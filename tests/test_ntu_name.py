"""Names of NTU RGB+D samples."""

from __future__ import annotations

import pytest

from tsmf_live.ntu_name import NAME_LETTERS, NtuName

NAME = "S001C002P003R004A120"


def test_a_name_and_its_numbers_say_the_same():
    name = NtuName.parse(NAME)
    assert name == NtuName(setup=1, camera=2, performer=3, replication=4, action=120)
    assert str(name) == NAME
    assert len(NAME) == NAME_LETTERS


ARABIC_DIGITS = "S\u0661\u0661\u0661"


@pytest.mark.parametrize(
    "name", ["", NAME.lower(), NAME[:-1], NAME + "0", NAME + "_rgb", ARABIC_DIGITS + NAME[len(ARABIC_DIGITS) :]]
)
def test_other_names_are_none(name):
    assert NtuName.parse(name) is None


def test_names_are_found_in_a_text():
    assert NtuName.all_in(f"missing:\n{NAME}.skeleton\n{NAME}\nS999C001P001R001A001_rgb") == {
        NtuName.parse(NAME),
        NtuName(999, 1, 1, 1, 1),
    }
    assert NtuName.all_in("none") == set()
