"""Old videos become sessions: found people, exact times, gone on with after an interruption, ready to be trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.cameras import FakeLandmarker, people_picture, with_fake_estimator, write_people_video
from tests.fakes.recordings import assert_same_bodies, play
from tsmf_live.exchange.import_video import PART
from tsmf_live.frames import RecordingError, SourceError
from tsmf_live.recording.folder import read_description
from tsmf_live.sessions.__main__ import main as sessions
from tsmf_live.sources.replay import ReplaySource

COUNT = 12


@pytest.fixture
def model(monkeypatch, tmp_path):
    return with_fake_estimator(monkeypatch, tmp_path)


def video(path: Path, count: int = COUNT) -> Path:
    pictures = [people_picture((320, 180), (0.25 + 0.01 * k, 0.5, 0.6)) for k in range(count)]
    return write_people_video(path, pictures, [0.04 * k + 0.01 * (k % 2) for k in range(count)])


def imported(path: Path, out: Path, model: Path, *more: str) -> int:
    return sessions(["import-video", str(path), "--out", str(out), "--pose-model", str(model), *more])


def test_a_video_becomes_a_session_that_is_whole(tmp_path, model, capsys):
    path = video(tmp_path / "walk.mkv")
    assert imported(path, tmp_path / "take", model, "--subject", "P07", "--action", "walking") == 0
    assert f"{COUNT} frames, exact times, somebody on {COUNT}" in capsys.readouterr().out
    description = read_description(tmp_path / "take")
    told = {name: description[name] for name in ("sensor", "pose_model", "subject", "action", "imported_from")}
    assert told == {
        "sensor": "video",
        "pose_model": "MediaPipe Pose lite",
        "subject": "P07",
        "action": "walking",
        "imported_from": "walk.mkv",
    }
    played, error = play(ReplaySource(tmp_path / "take"))
    assert (len(played), error) == (COUNT, None)
    assert [frame.sensor_time_s for frame in played] == pytest.approx(
        [0.04 * k + 0.01 * (k % 2) for k in range(COUNT)], abs=1e-3
    )
    assert all(frame.color_bgra is not None for frame in played)
    assert [[body.tracking_id for body in frame.bodies] for frame in played] == [[1]] * COUNT
    assert sessions(["verify", str(tmp_path / "take")]) == 0
    assert not list(tmp_path.glob(f"*{PART}"))


def test_what_was_interrupted_goes_on_where_it_was(tmp_path, model, monkeypatch, capsys):
    path = video(tmp_path / "walk.mkv")
    find, looks = FakeLandmarker.find, []

    def interrupted(self, picture_rgb, time_s):
        looks.append(time_s)
        if time_s > 0.25:
            raise KeyboardInterrupt
        return find(self, picture_rgb, time_s)

    monkeypatch.setattr(FakeLandmarker, "find", interrupted)
    with pytest.raises(KeyboardInterrupt):
        imported(path, tmp_path / "take", model)
    assert not (tmp_path / "take").exists()
    (part,) = tmp_path.glob(f"*{PART}")
    part.write_bytes(part.read_bytes()[:-40])  # as a kill leaves it: the last picture's bodies are torn
    monkeypatch.setattr(FakeLandmarker, "find", lambda *args: looks.append(args[2]) or find(*args))
    looks.clear()
    assert imported(path, tmp_path / "take", model) == 0
    assert "(6 of them found before)" in capsys.readouterr().out
    assert min(looks) == pytest.approx(0.24, abs=1e-3)  # the seventh picture, whose bodies were torn
    played, _ = play(ReplaySource(tmp_path / "take"))
    assert [len(frame.bodies) for frame in played] == [1] * COUNT
    assert [frame.bodies[0].tracking_id for frame in played] == [1] * 6 + [2] * 6  # nobody's number is used again
    whole = video(tmp_path / "other" / "walk.mkv")
    assert imported(whole, tmp_path / "whole", model) == 0
    straight, _ = play(ReplaySource(tmp_path / "whole"))
    for one, other in zip(played[:6], straight[:6], strict=True):
        assert_same_bodies(one.bodies, other.bodies)


def test_a_folder_becomes_a_study_and_bad_files_are_named(tmp_path, model, capsys):
    for name in ("a.mkv", "b.mp4"):
        video(tmp_path / "old" / name, 4)
    (tmp_path / "old" / "c.avi").write_bytes(b"nothing")
    with pytest.raises(SourceError, match=r"1 of 3 videos .* left out"):
        imported(tmp_path / "old", tmp_path / "study", model)
    assert "c.avi" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == ["a", "b"]
    (tmp_path / "old" / "c.avi").unlink()
    made = FakeLandmarker.made
    assert imported(tmp_path / "old", tmp_path / "study", model) == 0
    assert capsys.readouterr().out.count("is there already") == 2
    assert FakeLandmarker.made == made


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, model):
    (tmp_path / "take").mkdir()
    (tmp_path / "take" / "mine.txt").write_text("mine")
    with pytest.raises(RecordingError, match="new or empty"):
        imported(video(tmp_path / "walk.mkv", 3), tmp_path / "take", model)
    assert [path.name for path in (tmp_path / "take").iterdir()] == ["mine.txt"]
    assert FakeLandmarker.made == 0  # said before the people are looked for


def test_a_number_of_persons_can_be_asked_for_and_no_try_leaves_a_file(tmp_path, model, monkeypatch, capsys):
    picture = people_picture((320, 180), (0.25, 0.5, 0.6), (0.75, 0.5, 0.6))
    path = write_people_video(tmp_path / "two.mkv", [picture] * COUNT)
    find = FakeLandmarker.find

    def interrupted(self, picture_rgb, time_s):
        if time_s > 0.25:
            raise KeyboardInterrupt
        return find(self, picture_rgb, time_s)

    with monkeypatch.context() as patched:
        patched.setattr(FakeLandmarker, "find", interrupted)
        for persons in ("2", "1"):
            with pytest.raises(KeyboardInterrupt):
                imported(path, tmp_path / "take", model, "--persons", persons)
    assert len(list(tmp_path.glob(f"*{PART}"))) == 2  # what two were found on says nothing of one
    other = tmp_path / f"take-2-{'0' * 8}{PART}"
    other.write_bytes(b"of another session")
    assert imported(path, tmp_path / "take", model, "--persons", "1") == 0
    played, _ = play(ReplaySource(tmp_path / "take"))
    assert [len(frame.bodies) for frame in played] == [1] * COUNT
    assert list(tmp_path.glob(f"*{PART}")) == [other]
    assert imported(path, tmp_path / "both", model) == 0
    played, _ = play(ReplaySource(tmp_path / "both"))
    assert [len(frame.bodies) for frame in played] == [2] * COUNT
    capsys.readouterr()
    for wrong in ("0", "7", "two"):
        with pytest.raises(SystemExit) as ended:
            imported(path, tmp_path / "third", model, "--persons", wrong)
        told = capsys.readouterr().err
        assert (ended.value.code, told.count("\n")) == (2, 1)
        assert "--persons" in told


def test_two_videos_of_one_name_and_a_folder_without_any_are_refused(tmp_path, model):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="expected videos in it"):
        imported(tmp_path / "empty", tmp_path / "study", model)
    for name in ("a.mkv", "a.mp4"):
        video(tmp_path / "old" / name, 2)
    with pytest.raises(SourceError, match=r"a\.mkv and a\.mp4 would become one session"):
        imported(tmp_path / "old", tmp_path / "study", model)


def test_an_imported_video_can_be_trained_on(tmp_path, model):
    from train.prepare.__main__ import main as prepare

    for number in range(2):
        imported(
            video(tmp_path / f"v{number}.mkv", 40), tmp_path / "study" / f"v{number}", model, "--action", "walking"
        )
    assert not prepare(["--source", "sessions", str(tmp_path / "study"), "--out", str(tmp_path / "prepared")])
    assert (tmp_path / "prepared").is_dir()
