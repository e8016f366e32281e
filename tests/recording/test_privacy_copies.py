"""No copy of what blur and strip took out survives unnamed, and nothing is lost that a repair would have saved."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.fakes.links import needs_links
from tests.fakes.people import session
from tsmf_live.frames import RecordingError, SourceError, UsageError
from tsmf_live.recording import copies as copies_module
from tsmf_live.recording.blur import blur
from tsmf_live.recording.copies import DECIDED
from tsmf_live.recording.mend import MENDED
from tsmf_live.recording.strip import strip
from tsmf_live.recording.tables import read_events
from tsmf_live.sessions.__main__ import main


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "take"
    session(folder, second=True, count=4, tracked=(1, 2))
    return folder


@pytest.fixture
def take(made, tmp_path):
    return shutil.copytree(made, tmp_path / "take")


def strip_7(folder, remove_original: bool = False) -> str:
    return strip(folder, {7}, remove_original)


def content_of(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("what", [blur, strip_7])
@pytest.mark.parametrize("place", [2, 60, 0.5])
def test_a_damaged_video_is_not_replaced_but_sent_to_repair(what, place, take):
    path = take / "color.mkv"
    video = bytearray(path.read_bytes())
    video[place if isinstance(place, int) else int(place * len(video))] ^= 0xFF
    path.write_bytes(video)
    before = content_of(take)
    with pytest.raises(SourceError, match="repair") as error:
        what(take, True)
    assert "\n" not in str(error.value)
    assert content_of(take) == before
    assert main(["repair", str(take)]) == 0
    assert what(take)  # what is saved can be hidden


@pytest.mark.parametrize("what", [blur, strip_7])
@pytest.mark.parametrize("how", ["cut", "gone", "too few"])
def test_a_video_that_lacks_pictures_is_not_replaced(what, how, take, tmp_path):
    path = take / "color.mkv"
    if how == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif how == "gone":
        path.unlink()
    else:
        shutil.copy(shorter(tmp_path) / "color.mkv", path)
    before = content_of(take)
    if how == "gone" and what is blur:
        assert "nothing to blur" in blur(take, True)
    elif how == "gone":
        strip_7(take)  # there is nothing to lose
        return
    else:
        with pytest.raises(SourceError, match="has lost its picture"):
            what(take, True)
    assert content_of(take) == before


def shorter(tmp_path):
    """A whole session of fewer frames."""
    from dataclasses import replace

    from tests.fakes.people import STRIPES, frame_of
    from tests.fakes.recordings import write_session

    return write_session(tmp_path / "short", [replace(frame_of(i / 2, color=STRIPES), index=i) for i in range(2)])


def test_the_original_is_kept_while_the_blurred_video_lacks_pictures(take):
    blur(take)
    path = take / "color.mkv"
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(SourceError, match="repair"):
        blur(take, True)
    assert (take / "color.original.mkv").exists()


COPIES = ("color.original.mkv", "color.mkv.part", f"color.mkv{MENDED}", "color.mkv.new", "color.before-repair.mkv")


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("measure", [blur, strip_7])
def test_whatever_shows_a_face_is_named_and_removed(name, measure, take, capsys):
    shutil.copy(take / "color.mkv", take / name)
    for command in ("info", "verify"):
        main([command, str(take)])
        assert name in capsys.readouterr().out
    if name != "color.mkv.new":
        assert name in measure(take)
    assert "STILL" not in measure(take, True)
    assert not (take / name).exists()
    assert not copies_module.said(take)


def test_a_recording_without_pictures_names_those_that_are_left(take):
    (take / "color.mkv").rename(take / "color.original.mkv")
    assert "STILL IN color.original.mkv" in blur(take)


@pytest.mark.parametrize("name", ["S001C001P001R001A001_rgb.avi", "seen.png", "without-ending"])
def test_other_files_with_pictures_are_named_and_left(name, take, capsys):
    content = (take / "color.mkv").read_bytes() if name == "without-ending" else b"x"
    (take / name).write_bytes(content)
    assert name in blur(take, True)
    main(["verify", str(take)])
    assert name in capsys.readouterr().out
    assert (take / name).read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "link"), reason="no hard links")
def test_another_name_of_the_video_outside_the_folder_is_told_of(take, tmp_path):
    os.link(take / "color.mkv", tmp_path / "mine.mkv")
    assert "1 other files" in blur(take, True)
    assert "other files" not in blur(take, True)  # the blurred video has no other name


@pytest.mark.parametrize("measure", [blur, strip_7])
def test_a_repair_that_was_broken_off_comes_first(measure, take):
    shutil.copy(take / "session.json", take / DECIDED)
    shutil.copy(take / "color.mkv", take / f"color.mkv{MENDED}")
    with pytest.raises(SourceError, match=r"first run .* repair"):
        measure(take, True)
    assert (take / f"color.mkv{MENDED}").exists()


def test_stripping_again_removes_the_originals_of_a_person_who_is_gone_already(take, capsys):
    command = ["strip", str(take), "--person", "7"]
    assert main(command) == 0
    assert "--remove-original" in capsys.readouterr().out
    assert main([*command, "--remove-original"]) == 0
    assert "STILL" not in capsys.readouterr().out
    assert not list(take.glob("*original*"))
    with pytest.raises(UsageError, match="no person 7; there are 8"):
        main([*command, "--remove-original"])


def test_stripping_one_more_person_takes_the_first_out_of_the_originals_too(take):
    strip(take, {7})
    assert "STILL IN" in strip(take, {8})
    assert strip(take, {7, 8}, True) == "2 persons were removed before"
    assert not list(take.glob("*original*"))


@needs_links
@pytest.mark.parametrize("name", ["color.mkv", "events.csv", "bodies.skeleton", "session.json", "color.original.mkv"])
@pytest.mark.parametrize("what", ["blur", "strip", "annotate"])
def test_a_link_in_the_folder_is_refused_in_one_line_and_nothing_changes(what, name, take, tmp_path):
    outside = tmp_path / "outside"
    source = take / ("color.mkv" if name == "color.original.mkv" else name)
    shutil.copy(source, outside)
    (take / name).unlink(missing_ok=True)
    (take / name).symlink_to(outside)
    before = content_of(take), outside.read_bytes()
    commands = {
        "blur": ["blur", str(take), "--remove-original"],
        "strip": ["strip", str(take), "--person", "7", "--remove-original"],
        "annotate": ["annotate", str(take), "add", "0.2", "1", "wave"],
    }
    with pytest.raises(RecordingError, match="is a link") as error:
        main(commands[what])
    assert "\n" not in str(error.value)
    assert (content_of(take), outside.read_bytes()) == before


@needs_links
@pytest.mark.parametrize("name", ["events.csv.new", "session.json.new", "bodies.skeleton.new", "color.mkv.new"])
def test_a_link_that_comes_in_the_last_moment_is_not_followed(name, take, tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    outside.write_bytes(b"theirs")
    for module in ("blur", "strip"):
        monkeypatch.setattr(f"tsmf_live.recording.{module}.refuse_links", lambda folder: None)
    (take / name).symlink_to(outside)
    strip_7(take)
    assert outside.read_bytes() == b"theirs"
    (take / name).unlink(missing_ok=True)
    (take / name).symlink_to(outside)
    blur(take)
    assert outside.read_bytes() == b"theirs"


@pytest.mark.parametrize("said", ["many", None, [1], True, 10**400])
def test_a_session_that_says_nonsense_of_itself_is_stripped_all_the_same(said, take):
    import json

    path = take / "session.json"
    description = json.loads(path.read_text())
    keys = ("persons_stripped", "privacy", "codec") if said is None else ()
    path.write_text(json.dumps(description | dict.fromkeys((*keys, "lost_before"), said)))
    assert "1 person" in strip_7(take)


def test_an_event_of_any_time_of_theirs_goes_and_others_stay(take):
    rows = ("0.4,1.1,their start", "0.9,0.95,between two frames", "0.0,0.4,before", "1.1,9.0,after")
    text = "".join(f"{row},0.9,1,prediction\n" for row in rows)
    (take / "events.csv").write_text((take / "events.csv").read_text() + text)
    strip_7(take)
    assert [event.label for event in read_events(take)] == ["between two frames", "before", "after"]
