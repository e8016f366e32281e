"""A recorded session comes back as it was, and survives being cut anywhere."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from tests.fakes.recordings import assert_same_bodies, frames, play, write_session
from tsmf_live.frames import RecordingError, SourceError, UsageError
from tsmf_live.recording.folder import DESCRIPTION_FILE, read_description
from tsmf_live.recording.tables import SessionEvent, read_events
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.replay import ReplaySource


def assert_beginning_of(played, recorded) -> None:
    """`played` is the first part of `recorded`: same times, same bodies; never a wrong one."""
    assert len(played) <= len(recorded)
    for got, expected in zip(played, recorded, strict=False):
        assert got.sensor_time_s == expected.sensor_time_s
        assert_same_bodies(got.bodies, expected.bodies)


def test_bodies_and_times_come_back_bit_for_bit(tmp_path):
    recorded = [
        dataclasses.replace(frame, sensor_time_s=1234.5 + i / 30 + 1e-9 * i, floor_plane=(0.01, 0.99, -0.1, 0.8))
        for i, frame in enumerate(frames(12))
    ]
    source = ReplaySource(write_session(tmp_path / "take", recorded))
    assert (source.info.kind, source.info.has_color, source.info.time_estimated) == ("session", False, False)
    played, error = play(source)
    assert error is None
    assert len(played) == 12
    assert_beginning_of(played, recorded)
    assert {frame.floor_plane for frame in played} == {(0.01, 0.99, -0.1, 0.8)}
    assert source.warnings == []


def test_unmappable_joint_comes_back_unmappable(tmp_path):
    (frame,) = frames(1)
    color_xy = frame.bodies[0].color_xy.copy()
    color_xy[3] = np.nan
    body = dataclasses.replace(frame.bodies[0], color_xy=color_xy)
    written = dataclasses.replace(frame, bodies=(body,))
    played, _ = play(ReplaySource(write_session(tmp_path / "take", [written])))
    assert np.isnan(played[0].bodies[0].color_xy[3]).all()
    assert_same_bodies(played[0].bodies, written.bodies)


def test_estimated_times_stay_marked(tmp_path):
    recorded = [dataclasses.replace(frame, time_estimated=True) for frame in frames(2)]
    source = ReplaySource(write_session(tmp_path / "take", recorded))
    played, _ = play(source)
    assert source.info.time_estimated
    assert all(frame.time_estimated for frame in played)


def test_lossless_pictures_come_back_bit_for_bit(tmp_path):
    recorded = frames(3, color=True, start_s=5.1)
    rng = np.random.default_rng(0)
    recorded[1] = dataclasses.replace(recorded[1], color_bgra=rng.integers(0, 256, (1080, 1920, 4), np.uint8))
    played, error = play(ReplaySource(write_session(tmp_path / "take", recorded, codec="ffv1")))
    assert error is None
    for got, expected in zip(played, recorded, strict=True):
        assert np.array_equal(got.color_bgra, expected.color_bgra)


def test_h264_pictures_are_close_and_container_times_are_sensor_times(tmp_path):
    recorded = frames(30, color=True, start_s=99.5)
    folder = write_session(tmp_path / "take", recorded)
    played, error = play(ReplaySource(folder))
    assert error is None
    assert len(played) == len(recorded)
    for got, expected in zip(played[::5], recorded[::5], strict=True):
        assert np.abs(got.color_bgra[::8, ::8].astype(int) - expected.color_bgra[::8, ::8]).mean() < 3
    with av.open(str(folder / "color.mkv")) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    times_s = [float(packet.pts * packet.time_base) for packet in packets]
    assert times_s == pytest.approx([frame.sensor_time_s for frame in recorded], abs=0.0006)
    keyframes_s = [time_s for time_s, packet in zip(times_s, packets, strict=True) if packet.is_keyframe]
    assert len(keyframes_s) == 2
    assert np.diff(keyframes_s) <= 1.0


def test_slow_frames_have_a_keyframe_each_second_too(tmp_path):
    recorded = [dataclasses.replace(frame, sensor_time_s=frame.index / 15) for frame in frames(31, color=True)]
    folder = write_session(tmp_path / "take", recorded, preset="ultrafast")
    with av.open(str(folder / "color.mkv")) as container:
        keyframes_s = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.is_keyframe]
    assert len(keyframes_s) == 3
    assert max(np.diff(keyframes_s)) <= 1.0


def test_frames_without_colour_and_lost_frames_keep_their_places(tmp_path):
    recorded = [frame for frame in frames(6, color=True) if frame.index != 2]
    recorded[1] = dataclasses.replace(recorded[1], color_bgra=None)
    folder = write_session(tmp_path / "take", recorded)
    rows = list(csv.DictReader((folder / "frames.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["index"], row["color"], row["dropped"]) for row in rows] == [
        ("0", "1", "0"), ("1", "0", "0"), ("3", "1", "1"), ("4", "1", "0"), ("5", "1", "0"),
    ]  # fmt: skip
    played, _ = play(ReplaySource(folder))
    assert [frame.index for frame in played] == [0, 1, 3, 4, 5]
    assert played[1].color_bgra is None
    for got, expected in zip(played[2:], recorded[2:], strict=True):
        bar = slice(40 * expected.index + 8, 40 * expected.index + 32)
        assert got.color_bgra[220:380, bar, 1].mean() > 190, f"another picture at frame {expected.index}"


def test_recording_that_starts_late_replays_from_index_0(tmp_path):
    recorded = frames(8)[5:]
    played, _ = play(ReplaySource(write_session(tmp_path / "take", recorded)))
    assert [frame.index for frame in played] == [0, 1, 2]
    assert_beginning_of(played, recorded)


def test_pictures_can_be_kept_out(tmp_path):
    folder = write_session(tmp_path / "take", frames(2, color=True), has_color=False)
    assert not (folder / "color.mkv").exists()
    source = ReplaySource(folder)
    source.close()
    assert not source.info.has_color
    assert source.warnings == []


def test_events_and_description_come_back(tmp_path):
    writer = SessionWriter(tmp_path / "take", source_name="Kinect", details={"subject": "P07"})
    events = [
        SessionEvent(0.1, 2.25, "drink water", 0.875, 0, "prediction"),
        SessionEvent(1 / 3, 4.0, 'a "label", with commas', 1.0, None, "annotation"),
    ]
    for event in events:
        writer.add_event(*event)
    with pytest.raises(ValueError, match="kind"):
        writer.add_event(0, 1, "x", 1, None, "guess")
    writer.close()
    assert read_events(tmp_path / "take") == events
    description = read_description(tmp_path / "take")
    assert (description["source"], description["subject"], description["codec"]) == ("Kinect", "P07", "h264")


def test_cut_events_lose_the_last_row_only(tmp_path):
    folder = write_session(tmp_path / "take", frames(1))
    path = folder / "events.csv"
    path.write_text("start_s,end_s,label,confidence,person,kind\n0.0,1.0,a,0.5,,prediction\n1.0,2.0,b,0.7,1,predic")
    warnings = []
    assert read_events(folder, warnings) == [SessionEvent(0.0, 1.0, "a", 0.5, None, "prediction")]
    assert len(warnings) == 1
    path.write_text("start_s,end_s,label,confidence,person,kind\n0.0,1.0,a,0.5,,guess\n")
    with pytest.raises(SourceError, match="line 2: expected kind"):
        read_events(folder)


def test_unclosed_session_misses_at_most_a_second(tmp_path):
    """A copy of the files while they are written is what a killed program leaves."""
    recorded = frames(40, color=True, start_s=3.0)
    writer = SessionWriter(tmp_path / "take", source_name="test", preset="ultrafast")
    for frame in recorded:
        writer.write(frame)
    shutil.copytree(tmp_path / "take", tmp_path / "left")
    writer.close()
    source = ReplaySource(tmp_path / "left")
    played, error = play(source)
    assert error is None
    assert_beginning_of(played, recorded)
    assert recorded[-1].sensor_time_s - played[-1].sensor_time_s < 1.0
    with_color = [frame for frame in played if frame.color_bgra is not None]
    assert recorded[-1].sensor_time_s - with_color[-1].sensor_time_s < 1.0


@pytest.fixture(scope="module")
def short_session(tmp_path_factory):
    recorded = frames(5)
    return write_session(tmp_path_factory.mktemp("cut") / "take", recorded), recorded


@pytest.mark.parametrize(("file", "step"), [("frames.csv", 1), ("bodies.skeleton", 97)])
def test_session_cut_at_any_byte_is_a_shorter_one(short_session, file, step):
    folder, recorded = short_session
    whole = (folder / file).read_bytes()
    lengths, errors = set(), []
    try:
        for size in [*range(0, len(whole), step), *range(20), len(whole) - 1]:
            (folder / file).write_bytes(whole[:size])
            try:
                source = ReplaySource(folder)
            except SourceError as error:
                errors.append(str(error))
                continue
            played, error = play(source)
            assert error is None
            assert len(played) > 0
            assert_beginning_of(played, recorded)
            assert source.warnings or len(played) == len(recorded)
            lengths.add(len(played))
    finally:
        (folder / file).write_bytes(whole)
    assert lengths >= {1, 3, 4}  # frame 2 is 2 bytes long
    assert errors
    assert all(error.isprintable() for error in errors)


def test_video_cut_anywhere_or_missing_is_a_warning(tmp_path):
    recorded = frames(5, color=True)
    folder = write_session(tmp_path / "take", recorded, codec="ffv1")
    whole = (folder / "color.mkv").read_bytes()
    counts = set()
    for size in (0, 100, len(whole) // 3, len(whole) * 2 // 3, None):
        if size is None:
            (folder / "color.mkv").unlink()
        else:
            (folder / "color.mkv").write_bytes(whole[:size])
        source = ReplaySource(folder)
        played, error = play(source)
        assert error is None
        assert_beginning_of(played, recorded)
        assert len(played) == 5
        assert len(source.warnings) == 1
        pictures = [frame.color_bgra for frame in played if frame.color_bgra is not None]
        assert source.info.has_color is bool(pictures)
        for got, expected in zip(pictures, recorded, strict=False):
            assert np.array_equal(got, expected.color_bgra)
        counts.add(len(pictures))
    assert len(counts) >= 3


def test_picture_of_another_time_is_never_shown(tmp_path):
    folder = write_session(tmp_path / "take", frames(3, color=True))
    other = write_session(tmp_path / "other", frames(3, color=True, start_s=0.1))
    shutil.copy(other / "color.mkv", folder / "color.mkv")
    source = ReplaySource(folder)
    played, error = play(source)
    assert error is None
    assert [frame.color_bgra for frame in played] == [None] * 3
    assert "no picture for frame 0" in source.warnings[0]


def test_frame_count_is_of_fixed_width_and_true(tmp_path):
    folder = write_session(tmp_path / "take", frames(37))
    assert (folder / "bodies.skeleton").read_bytes().split(b"\n", 1)[0] == b"        37"


def test_damage_before_the_stated_frame_count_is_an_error(tmp_path):
    folder = write_session(tmp_path / "take", frames(5))
    lines = (folder / "bodies.skeleton").read_bytes().splitlines(keepends=True)
    lines[2 + 27 + 5] = b"broken\n"  # in frame 1
    (folder / "bodies.skeleton").write_bytes(b"".join(lines))
    played, error = play(ReplaySource(folder))
    assert len(played) == 1
    assert "line 35: expected" in str(error)
    lines[0] = b"         1\n"  # now the damage lies behind what was surely on the disk
    (folder / "bodies.skeleton").write_bytes(b"".join(lines))
    source = ReplaySource(folder)
    played, error = play(source)
    assert (len(played), error) == (1, None)
    assert "ends after 1 of 5 frames" in source.warnings[0]


def test_recording_wants_a_new_or_empty_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(RecordingError) as error:
            SessionWriter(folder, source_name="test")
        assert "\n" not in str(error.value)
    (tmp_path / "empty").mkdir()
    SessionWriter(tmp_path / "empty", source_name="test").close()
    with pytest.raises(UsageError, match="h264, ffv1"):
        SessionWriter(tmp_path / "new", source_name="test", codec="vp9")


def test_frames_out_of_order_are_refused(tmp_path):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    first, second, _ = frames(3)
    writer.write(second)
    for wrong in (second, first, dataclasses.replace(first, index=5)):
        with pytest.raises(RecordingError, match="expected a frame after 1"):
            writer.write(wrong)
    writer.close()
    writer.close()


def write_all(writer, recorded) -> None:
    for frame in recorded:
        writer.write(frame)


@contextmanager
def files_limited_to(size_bytes: int):
    """A write beyond that size fails, as on a full disk."""
    resource = pytest.importorskip("resource", reason="no file size limit to set")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_disk_that_is_full_from_the_start_is_one_line(tmp_path):
    with files_limited_to(5), pytest.raises(RecordingError, match="cannot be written after 0 frames") as error:
        SessionWriter(tmp_path / "take", source_name="test")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("color", [False, True])
def test_full_disk_is_one_line_and_leaves_a_playable_session(tmp_path, color):
    recorded = frames(60)
    if color:  # too large for what is free
        noise = np.random.default_rng(0).integers(0, 256, (1080, 1920, 4), np.uint8)
        recorded[2:] = [dataclasses.replace(frame, color_bgra=noise) for frame in recorded[2:]]
    writer = SessionWriter(tmp_path / "take", source_name="test", codec="ffv1")
    with files_limited_to(80_000):
        with pytest.raises(RecordingError, match="cannot be written after") as error:
            write_all(writer, recorded)
        with pytest.raises(RecordingError):
            writer.close()
    writer.close()
    assert "\n" not in str(error.value)
    source = ReplaySource(tmp_path / "take")
    played, _ = play(source)
    assert len(played) >= 1
    assert_beginning_of(played, recorded)


def test_session_json_can_be_read_by_people(tmp_path):
    folder = write_session(tmp_path / "take", frames(1))
    text = (folder / "session.json").read_text(encoding="utf-8")
    assert json.loads(text)["format"] == "tsmf_live session"
    assert text.count("\n") > 8
    assert not list(folder.glob("*.new"))


class Held(PermissionError):
    winerror = 32


def test_a_description_that_an_editor_holds_does_not_end_the_take_and_is_renewed_when_it_lets_go(tmp_path, monkeypatch):
    held, tried, real = [True], [], os.replace

    def replace_unless_held(new, path):
        if Path(path).name == DESCRIPTION_FILE:
            tried.append(path)
            if held[0]:
                raise Held("a sharing violation")
        real(new, path)

    writer = SessionWriter(tmp_path / "take", source_name="test")
    monkeypatch.setattr("tsmf_live.files.os.replace", replace_unless_held)
    monkeypatch.setattr("tsmf_live.files.time.sleep", lambda seconds: pytest.fail("the recorder waited"))
    given = [dataclasses.replace(frame, floor_plane=np.float32([0, 1, 0, 1.5])) for frame in frames(60)]
    for frame in given[:45]:
        writer.write(frame)
    assert 2 <= len(tried) <= 4  # the first frame, and each flush
    assert read_description(tmp_path / "take")["floor_plane"] is None
    held[0] = False
    for frame in given[45:]:
        writer.write(frame)
    writer.close()
    description = read_description(tmp_path / "take")
    assert description["floor_plane"] == [0, 1, 0, 1.5]
    assert description["ended"]
