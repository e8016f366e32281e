"""Videos as a source: any rate and shape, turned, with and without sound; what cannot be played is one line."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.fakes.cameras import people_picture, write_people_video
from tests.fakes.recordings import frames, play, write_ntu, write_session, write_video
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.sources.base import SeekableSource
from tsmf_live.sources.camera.lens import KINECT_DEG
from tsmf_live.sources.camera.spec import VideoSpec, shows_pictures_only
from tsmf_live.sources.camera.video import VideoSource
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.open import open_source
from tsmf_live.sources.replay import ReplaySource


def moving(count: int, size_wh: tuple[int, int] = (320, 180)) -> list[np.ndarray]:
    """A person who goes to the right."""
    return [people_picture(size_wh, (0.1 + 0.8 * k / max(count, 2), 0.5, 0.6)) for k in range(count)]


def place_of(frame) -> float:
    """Where the person is, as a share of what the camera saw, not mirrored."""
    columns = np.flatnonzero(frame.color_bgra[540, :, 1] > 100)
    return 1 - columns.mean() / 1920


@pytest.mark.parametrize("ending", [".mp4", ".avi", ".mkv", ".mov"])
def test_pictures_come_in_order_with_their_times_and_mirrored(tmp_path, ending):
    path = write_people_video(tmp_path / f"walk{ending}", moving(8))
    source = open_source(str(path))
    assert isinstance(source, SeekableSource)
    assert (source.info.kind, source.info.sensor, source.info.live) == ("video", "video", False)
    played, error = play(source)
    assert error is None
    assert [frame.index for frame in played] == list(range(8))
    assert [frame.sensor_time_s for frame in played] == pytest.approx([k / 30 for k in range(8)], abs=2e-3)
    assert [place_of(frame) for frame in played] == pytest.approx([0.1 + 0.1 * k for k in range(8)], abs=0.01)
    assert all(frame.bodies == () for frame in played)
    assert source.times_s == [frame.sensor_time_s for frame in played]


def test_a_variable_frame_rate_stays_one(tmp_path):
    times_s = [0.0, 0.033, 0.1, 0.3, 0.34, 1.0]
    played, error = play(VideoSource(str(write_people_video(tmp_path / "uneven.mkv", moving(6), times_s))))
    assert error is None
    assert [frame.sensor_time_s for frame in played] == pytest.approx(times_s, abs=2e-3)


def test_five_frames_a_second(tmp_path):
    times_s = [k / 5 for k in range(6)]
    source = VideoSource(str(write_people_video(tmp_path / "slow.mp4", moving(6), times_s)))
    assert source.info.frame_rate_hz == pytest.approx(5, rel=0.05)
    played, _ = play(source)
    assert [frame.sensor_time_s for frame in played] == pytest.approx(times_s, abs=2e-3)


@pytest.mark.parametrize("number", [0, 1, 17, 39])
def test_a_player_can_go_to_any_picture(tmp_path, number):
    path = write_people_video(tmp_path / "walk.mp4", moving(40))
    source = VideoSource(str(path))
    straight, _ = play(VideoSource(str(path)))
    for _ in range(5):
        source.read()
    source.seek(number)
    frame = source.read()
    source.close()
    assert (frame.index, frame.sensor_time_s) == (number, straight[number].sensor_time_s)
    assert (frame.color_bgra == straight[number].color_bgra).all()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_phones_picture_stands_upright(tmp_path, turns):
    """The person is near the top of the picture as it is shown; the file holds it lying."""
    upright = people_picture((180, 320), (0.5, 0.2, 0.3))
    stored = np.ascontiguousarray(np.rot90(upright, turns))  # counter-clockwise, so it is to be turned back clockwise
    if turns == 2:
        stored = np.ascontiguousarray(upright[::-1, ::-1])
    path = write_people_video(tmp_path / "phone.mp4", [stored] * 3, quarter_turns=turns)
    source = VideoSource(str(path))
    frame = source.read()
    source.close()
    left, _, right, _ = source.info.lens.box
    assert (right - left, frame.color_bgra.shape) == (608, (1080, 1920, 4))
    assert frame.color_bgra[216, 960, 1] > 100
    assert frame.color_bgra[864, 960, 1] < 60


def test_a_4k_picture_is_brought_to_1080p(tmp_path):
    source = VideoSource(str(write_people_video(tmp_path / "large.mp4", moving(2, (3840, 2160)))))
    frame = source.read()
    source.close()
    assert source.info.lens.box == (0, 0, 1920, 1080)
    assert place_of(frame) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("pixel", "width"), [(Fraction(16, 11), 1920), (Fraction(12, 11), 1440), (Fraction(99), 1320)])
def test_pixels_that_are_not_square_are_shown_as_wide_as_the_file_says(tmp_path, pixel, width):
    """A camcorder's 704x576: wide and normal; and a file that says what cannot be."""
    source = VideoSource(str(write_people_video(tmp_path / "tape.mp4", moving(2, (704, 576)), pixel=pixel)))
    frame = source.read()
    source.close()
    left, _, right, _ = source.info.lens.box
    assert right - left == pytest.approx(width, abs=1)
    assert not frame.color_bgra[:, : max(left - 2, 0), :3].any()
    assert place_of(frame) == pytest.approx((left + 0.1 * (right - left)) / 1920, abs=0.01)


def test_what_a_phone_cut_off_is_neither_played_nor_counted(tmp_path):
    times_s = [k / 30 for k in range(40)]
    path = write_people_video(tmp_path / "cut.mp4", moving(40), times_s, trimmed_s=times_s[10])
    source = VideoSource(str(path))
    played, error = play(source)
    assert (len(played), error, source.warnings) == (30, None, [])
    assert source.info.duration_s == pytest.approx(1.0, abs=0.01)
    assert [frame.sensor_time_s for frame in played] == pytest.approx(times_s[:30], abs=2e-3)
    assert place_of(played[0]) == pytest.approx(0.1 + 0.8 * 10 / 40, abs=0.01)
    again = VideoSource(str(path))
    for number in (17, 0, 29):
        again.seek(number)
        assert (again.read().color_bgra == played[number].color_bgra).all()
    again.close()


def test_sound_does_not_disturb(tmp_path):
    played, error = play(VideoSource(str(write_people_video(tmp_path / "talk.mp4", moving(4), sound=True))))
    assert (len(played), error) == (4, None)


def test_what_is_no_video_says_so_in_one_line(tmp_path):
    for name, said in (("sound.mp4", "sound only"), ("text.mp4", "cannot be read"), ("empty.avi", "cannot be read")):
        path = tmp_path / name
        if name == "sound.mp4":
            write_people_video(path, [], sound=True)
        else:
            path.write_bytes(b"no video at all\n" * 100 if name == "text.mp4" else b"")
        with pytest.raises(SourceError, match=said) as caught:
            open_source(str(path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(SourceError, match="no such file"):
        open_source(str(tmp_path / "away.mp4"))


def test_a_video_that_was_cut_is_played_up_to_there(tmp_path):
    path = write_people_video(tmp_path / "walk.avi", moving(60, (640, 360)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    played, error = play(VideoSource(str(path)))
    assert error is None
    assert 10 < len(played) < 60


def test_a_sensors_skeletons_go_before_estimated_ones(tmp_path):
    write_ntu(tmp_path / "S001C001P001R001A001.skeleton", frames(3))
    video = write_video(tmp_path / "S001C001P001R001A001_rgb.avi", 3)
    session = write_session(tmp_path / "take", frames(3, color=True)) / "color.mkv"
    for path, kind in ((video, NtuSource), (session, ReplaySource)):
        assert not shows_pictures_only(str(path))
        source = open_source(str(path))
        assert isinstance(source, kind)
        source.close()
    alone = f"video:file={video}"
    assert shows_pictures_only(alone)
    source = open_source(alone)
    assert isinstance(source, VideoSource)
    source.close()


def test_a_kinects_picture_is_known_by_its_name():
    spec = VideoSpec.parse("clips/S001C001P001R001A001_rgb.avi")
    assert (spec.mirrored, spec.fov) == (True, KINECT_DEG)
    assert not VideoSpec.parse("clips/walk.mp4").mirrored
    spec = VideoSpec.parse("video:fov=75.5,mirrored=1,file=a, b=c.mp4")
    assert (str(spec.file), spec.fov, spec.mirrored) == ("a, b=c.mp4", 75.5, True)


@pytest.mark.parametrize(
    "spec", ["video:", "video:fov=60", "video:fov=5,file=a.mp4", "video:width=3,file=a.mp4", "video:fov=x,file=a.mp4"]
)
def test_settings_that_cannot_be_are_a_usage_error(spec):
    with pytest.raises(UsageError, match="expected"):
        VideoSpec.parse(spec)
