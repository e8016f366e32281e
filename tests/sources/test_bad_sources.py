"""Broken recordings: one clear line, or the complete frames and then one; never a traceback, never a hang."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fakes.recordings import body, frames, play, write_ntu, write_pku, write_session, write_video
from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.skeleton import NOT_TRACKED
from tsmf_live.sources.open import open_source

RANDOM_BYTES = np.random.default_rng(0).bytes(5000)
HEAD = b"72057594037931101 0 1 1 1 1 0 0.02 0.05 2\n"
JOINT = b"0.1 0.2 3.5 1 2 900.5 500.25 0.4 0.1 0.2 0.3 2\n"
BAD_JOINT = b"nan nan nan 1 2 nan nan 0 0 0 0 0\n"
BODY = HEAD + b"25\n" + 25 * JOINT
FRAME = b"1\n" + BODY

BAD_SKELETONS = {  # name: (content, complete frames played first, expected text)
    "empty": (b"", 0, "line 1: expected a frame count, but the file is empty"),
    "24 joints": (b"1\n1\n" + HEAD + b"24\n" + 24 * JOINT, 0, "line 4: expected a joint count of 25, got '24'"),
    "24 lines": (b"2\n1\n" + HEAD + b"25\n" + 24 * JOINT + FRAME, 0, "line 29: expected a joint's line of 12 numbers"),
    "negative body count": (b"1\n-1\n" + BODY, 0, "line 2: expected a body count of 0 to 6, got '-1'"),
    "seven bodies": (b"1\n7\n" + 7 * BODY, 0, "line 2: expected a body count of 0 to 6, got '7'"),
    "1e9 frames": (b"1000000000\n" + FRAME, 0, "line 1: expected a frame count of at least 1 that a file of"),
    "endless digits": (b"9" * 6000 + b"\n" + FRAME, 0, "line 1: expected a frame count"),
    "negative frame count": (b"-3\n" + FRAME, 0, "line 1: expected a frame count, got '-3'"),
    "no frames": (b"0\n", 0, "line 1: expected a frame count of at least 1"),
    "random bytes": (RANDOM_BYTES, 0, "line 1: expected a frame count"),
    "random bytes later": (b"3\n" + FRAME + RANDOM_BYTES, 1, "line 30: expected a body count of 0 to 6"),
    "zeros": (bytes(100_000), 0, "line 1: expected a frame count"),
    "no finite joint": (
        b"2\n" + 2 * (b"1\n" + HEAD + b"25\n" + 25 * BAD_JOINT),
        0,
        "found no finite joint in 2 frames",
    ),
    "nobody": (b"3\n0\n0\n0\n", 0, "found no finite joint in 3 frames"),
    "fewer frames than promised": (b"3\n" + 2 * FRAME, 2, "expected 3 frames as its first line says, found 2"),
    "cut in a line": (b"3\n" + FRAME + FRAME[:500], 1, "where the file ends; copy or download it again"),
    "no number": (b"1\n" + FRAME.replace(b"3.5", b"x", 1), 0, "line 5: expected a joint's line of 12 numbers"),
    "state of 7": (b"1\n" + FRAME.replace(b" 0.3 2\n", b" 0.3 7\n", 1), 0, "line 5: expected a joint's line"),
    "id of 65 bits": (
        b"1\n" + FRAME.replace(b"72057", b"99972057", 1),
        0,
        "line 3: expected a body's line of 10 values",
    ),
    "short body line": (
        b"1\n1\n5 0 1\n25\n" + 25 * JOINT,
        0,
        "line 3: expected a body's line of 10 values, got '5 0 1'",
    ),
}
PKU_LINE = b" ".join([b"0.5"] * 150) + b"\n"
BAD_TEXTS = {
    "empty": (b"", 0, "the file is empty"),
    "149 numbers": (PKU_LINE + PKU_LINE[4:] + PKU_LINE, 1, "line 2: expected 150 numbers, got 149 values"),
    "no number": (
        PKU_LINE.replace(b"0.5", b"a.5", 1),
        0,
        "line 1: expected 150 numbers, got something that is no number",
    ),
    "cut": (3 * PKU_LINE + PKU_LINE[:77], 3, "line 4: expected 150 numbers, got 20 values"),
    "blank line inside": (PKU_LINE + b"\n" + PKU_LINE, 1, "line 2: expected 150 numbers, got 0 values"),
    "random bytes": (RANDOM_BYTES, 0, "line 1: expected 150 numbers"),
    "nobody": (2 * (b"0 " * 150 + b"\n"), 0, "found no finite joint in 2 frames"),
    "no finite joint": (2 * (b"nan " * 150 + b"\n"), 0, "found no finite joint in 2 frames"),
}
CASES = [pytest.param(".skeleton", *case, id=f"ntu {name}") for name, case in BAD_SKELETONS.items()]
CASES += [pytest.param(".txt", *case, id=f"pku {name}") for name, case in BAD_TEXTS.items()]


def play_path(path) -> tuple[list[SensorFrame], SourceError | None, list[str]]:
    try:
        source = open_source(str(path))
    except SourceError as error:
        return [], error, []
    played, error = play(source)
    return played, error, source.warnings


@pytest.mark.parametrize(("suffix", "content", "complete", "expected"), CASES)
def test_broken_file_plays_what_is_complete_then_says_one_line(tmp_path, suffix, content, complete, expected):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    played, error, _ = play_path(path)
    assert len(played) == complete
    assert str(error).startswith(str(path))
    assert expected in str(error)
    assert str(error).isprintable()


def test_error_of_a_broken_file_comes_again(tmp_path):
    for name, content in (("a.skeleton", b"3\n" + 2 * FRAME), ("a.txt", 2 * PKU_LINE + b"1 2\n")):
        (tmp_path / name).write_bytes(content)
        source = open_source(str(tmp_path / name))
        source.read()
        source.read()
        for _ in range(2):
            with pytest.raises(SourceError):
                source.read()
        source.close()


@pytest.mark.parametrize("number", [b"nan", b"inf", b"-Infinity", b"1e300", b"-1.#IND", b"1.#QNAN"])
def test_single_broken_joint_is_repaired_counted_and_said(tmp_path, number):
    path = tmp_path / "a.skeleton"
    path.write_bytes(b"2\n" + FRAME + FRAME.replace(b"0.1 0.2 3.5", b"0.1 " + number + b" 3.5", 1))
    played, error, warnings = play_path(path)
    assert error is None
    assert [frame.bad_joints for frame in played] == [0, 1]
    assert played[1].bodies[0].joint_state[0] == NOT_TRACKED
    assert np.isfinite(played[1].bodies[0].joints).all()
    assert warnings == [f"{path}: 1 joints in 1 frames are not finite or at 0,0,0; they count as not tracked"]


def test_body_without_finite_joint_is_left_out(tmp_path):
    path = tmp_path / "a.skeleton"
    path.write_bytes(b"1\n2\n" + HEAD + b"25\n" + 25 * BAD_JOINT + BODY)
    (frame,), error, _ = play_path(path)
    assert error is None
    assert len(frame.bodies) == 1
    assert frame.bad_joints == 25


def test_more_than_promised_is_said_and_not_played(tmp_path):
    path = tmp_path / "a.skeleton"
    path.write_bytes(b"1\n" + 2 * FRAME)
    played, error, warnings = play_path(path)
    assert (len(played), error) == (1, None)
    assert warnings == [f"{path}: more follows after its 1 frames; not played"]


def test_file_of_one_endless_line_is_refused(tmp_path):
    path = tmp_path / "a.skeleton"
    path.write_bytes(b"1\n1\n" + HEAD.rstrip() + b" 1" * 1_000_000)
    with pytest.raises(SourceError, match="line 3: expected a body's line of 10 values"):
        open_source(str(path))


@pytest.mark.parametrize(
    ("make_video", "expected", "pictures"),
    [
        (lambda path: write_video(path, 2), "ends before the skeleton; teacher alone from frame 2", 2),
        (lambda path: write_video(path, 4, (640, 480)), "expected pictures of 1920x1080, got 640x480; no colour", 0),
        (lambda path: path.write_bytes(RANDOM_BYTES), "the video cannot be opened", 0),
        (lambda path: path.write_bytes(b""), "the video cannot be opened", 0),
        (lambda path: path.write_bytes(write_video(path, 4).read_bytes()[:6000]), "no picture can be decoded", 0),
    ],
    ids=["short", "small", "random", "empty", "cut"],
)
def test_unusable_video_is_a_warning(tmp_path, make_video, expected, pictures):
    path = write_ntu(tmp_path / "a.skeleton", frames(4))
    make_video(tmp_path / "a_rgb.avi")
    source = open_source(str(path))
    assert source.info.has_color is (pictures > 0)
    played, error = play(source)
    assert error is None
    assert [frame.color_bgra is not None for frame in played] == [i < pictures for i in range(4)]
    assert len(source.warnings) == 1
    assert expected in source.warnings[0]


def test_longer_video_is_no_warning(tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", frames(2))
    write_video(tmp_path / "a_rgb.avi", 4)
    played, error, warnings = play_path(path)
    assert (len(played), error, warnings) == (2, None, [])


@pytest.mark.parametrize("missing", ["session.json", "frames.csv", "bodies.skeleton"])
def test_folder_that_is_no_session_is_one_line(tmp_path, missing):
    folder = write_session(tmp_path / "take", frames(3))
    (folder / missing).unlink()
    _, error, _ = play_path(folder)
    assert missing in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("session.json", b"", "session.json: cannot be read"),
        ("session.json", RANDOM_BYTES, "session.json: cannot be read"),
        ("session.json", b"[" * 100_000, "session.json: cannot be read"),
        ("session.json", b"[]", "got another kind of file"),
        ("session.json", b'{"format": "tsmf_live session", "format_version": 99}', "expected format version 1, got 99"),
        ("frames.csv", b"", "line 1: expected index,sensor_time_s"),
        ("frames.csv", RANDOM_BYTES, "line 1: expected index,sensor_time_s"),
        ("frames.csv", b"index,sensor_time_s,host_time_s,color,dropped\n0,x,0,0,0\n", "line 2: expected index"),
        ("frames.csv", b"index,sensor_time_s,host_time_s,color,dropped\n0,nan,0,0,0\n", "line 2: expected a time"),
        (
            "frames.csv",
            b"index,sensor_time_s,host_time_s,color,dropped\n0,1.0,0,0,0\n1,1.0,0,0,0\n",
            "line 3: expected index and sensor time to increase, got 1 at 1.0 s after 0 at 1.0 s",
        ),
        ("frames.csv", b"index,sensor_time_s,host_time_s,color,dropped\n", "expected frames, found none"),
        ("bodies.skeleton", b"         3\n", "bodies.skeleton: expected frames, found none"),
        ("bodies.skeleton", RANDOM_BYTES, "bodies.skeleton: line 1: expected a frame count"),
        ("bodies.skeleton", b"3\n" + FRAME + RANDOM_BYTES, "bodies.skeleton: frame 0 is not what was recorded"),
    ],
)
def test_broken_file_in_a_session_is_one_line(tmp_path, file, content, expected):
    folder = write_session(tmp_path / "take", frames(3))
    (folder / file).write_bytes(content)
    _, error, _ = play_path(folder)
    assert expected in str(error)
    assert str(error).isprintable()


def test_broken_bodies_in_a_session_without_checksums_are_one_line(tmp_path):
    folder = write_session(tmp_path / "take", frames(3))
    (folder / "checksums.csv").unlink()
    (folder / "bodies.skeleton").write_bytes(b"3\n" + FRAME + RANDOM_BYTES)
    _, error, _ = play_path(folder)
    assert "bodies.skeleton: line 30: expected a body count" in str(error)
    assert str(error).isprintable()


SMALL = frame_count_line(3) + b"".join(frame_lines((body(i),)) for i in range(3))
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),  # where
        st.integers(0, 40),  # bytes taken out
        st.one_of(st.binary(max_size=6), st.sampled_from([b"\n", b" ", b"-", b"nan ", b"1e999", b"0", b"9" * 30])),
    ),
    max_size=4,
)


def check_any_file(path) -> None:
    played, error, _ = play_path(path)
    assert error is None or (str(error).startswith(str(path)) and str(error).isprintable())
    assert played or error is not None
    assert [frame.index for frame in played] == list(range(len(played)))


def edited(text: bytes, edits: list[tuple[float, int, bytes]], kept: float) -> bytes:
    for place, removed, added in edits:
        at = int(place * len(text))
        text = text[:at] + added + text[at + removed :]
    return text[: round(kept * len(text))]


fuzzed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzzed
@given(edits=EDITS, kept=st.floats(0, 1))
@example(edits=[], kept=1.0)
def test_any_damage_to_a_skeleton_file_is_a_source_error_or_nothing(tmp_path, edits, kept):
    path = tmp_path / "fuzzed.skeleton"
    path.write_bytes(edited(SMALL, edits, kept))
    check_any_file(path)


@fuzzed
@given(edits=EDITS, kept=st.floats(0, 1))
def test_any_damage_to_a_pku_file_is_a_source_error_or_nothing(tmp_path, edits, kept):
    path = tmp_path / "fuzzed.txt"
    path.write_bytes(edited(write_pku(path, 3).read_bytes(), edits, kept))
    check_any_file(path)
