"""Decoders and encoders get open files, never names, and what is in a damaged file never becomes a traceback."""

from __future__ import annotations

import ast
import json
import shutil
import socket
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.fakes.recordings import frames, play, write_ntu, write_session, write_video
from tests.recording_faults import material
from tsmf_live.frames import TsmfError
from tsmf_live.recording.mend import repair
from tsmf_live.recording.video import ColorVideo, UnusableVideo
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main, make_parser
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.replay import ReplaySource

COUNT = 6


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> dict[str, Path]:
    """A short session with pictures, ended and broken off."""
    root = tmp_path_factory.mktemp("recorded")
    writer = SessionWriter(root / "ended", source_name="test")
    for index in range(COUNT):
        writer.write(material.frame(index))
    broken_off = shutil.copytree(root / "ended", root / "broken off")
    writer.close()
    return {"ended": root / "ended", "broken off": broken_off}


@pytest.fixture
def server():
    """A server that tells whether anybody came: (its port, a function)."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)

        def came() -> bool:
            try:
                listening.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield listening.getsockname()[1], came


@pytest.mark.parametrize(
    "form",
    [
        "tcp:127.0.0.1:{port}",
        "a:1",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("http:/127.0.0.1:{port}/take", "rtmp:127.0.0.1:{port}")
        ),
    ],
)
def test_a_folder_named_like_an_address_is_a_folder(form, server, tmp_path, monkeypatch, capsys):
    """A name such as tcp:127.0.0.1:80/color.mkv makes ffmpeg connect."""
    port, came = server
    monkeypatch.chdir(tmp_path)
    folder = Path(form.format(port=port))
    try:
        write_session(folder, frames(COUNT, color=True))
    except (OSError, TsmfError):
        pytest.skip("no such names here")
    played, error = play(ReplaySource(folder))
    assert error is None
    assert all(frame.color_bgra is not None for frame in played)
    assert main(["verify", str(folder)]) == 0
    (folder / "color.mkv").write_bytes((folder / "color.mkv").read_bytes()[:-20])
    assert main(["repair", str(folder)]) == 0
    assert main(["blur", str(folder)]) == 0
    assert main(["strip", str(folder), "--person", str(played[0].bodies[0].tracking_id)]) == 0
    assert main(["export-ntu", str(folder), "--out", f"{folder}/out", "--action", "1"]) == 0
    sample = write_ntu(folder / "S001C001P001R001A001.skeleton", frames(COUNT))
    write_video(tmp_path / "x.avi", COUNT)
    shutil.move(tmp_path / "x.avi", folder / "S001C001P001R001A001_rgb.avi")
    source = NtuSource(sample)
    source.seek(2)
    assert all(frame.color_bgra is not None for frame in play(source)[0])
    assert not came()


@pytest.mark.parametrize("how", ["playlist", "list of files", "session description"])
def test_a_video_that_is_a_list_of_addresses_is_no_video(how, server, tmp_path):
    port, came = server
    url = f"http://127.0.0.1:{port}/a.ts"
    content = {
        "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n",
        "list of files": f"ffconcat version 1.0\nfile {url}\n",
        "session description": f"v=0\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    }
    (tmp_path / "color.mkv").write_text(content[how])
    with pytest.raises(UnusableVideo, match=r"cannot be opened.*no colour"):
        ColorVideo(tmp_path / "color.mkv")
    assert not came()


def test_no_decoder_or_encoder_gets_a_name():
    """The first argument of av.open is a variable that its module binds to an open file, or to what wraps one."""
    opening = ("open", "create", "EncodedFile")
    for path in [ROOT / "run_live.py", *(ROOT / "tsmf_live").rglob("*.py"), *(ROOT / "train").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        files = {arg.arg for node in ast.walk(tree) if isinstance(node, ast.arg) for arg in [node] if _is_file(arg)}
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            value = node.value if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.withitem) and node.optional_vars is not None:
                targets, value = [node.optional_vars], node.context_expr
            if isinstance(value, ast.Call) and _called(value).split(".")[-1] in opening:
                files |= {ast.unparse(target) for target in targets}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node)
            if called == "cv2.VideoCapture" and path.name == "webcam.py":
                assert ast.unparse(node.args[0]) == "spec.index"  # the number of a camera, never a name
                continue
            assert called not in ("cv2.VideoCapture", "cv2.VideoWriter", "VideoCapture", "VideoWriter"), path
            if called in ("av.open", "av.container.open"):
                assert ast.unparse(node.args[0]) in files, f"{path}:{node.lineno}: {ast.unparse(node)}"


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _is_file(arg: ast.arg) -> bool:
    return arg.annotation is not None and ast.unparse(arg.annotation) == "BinaryIO"


DAMAGE = {
    "a codec that is not there": (b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/AVX"),
    "tags that are no text": (b"Lavf", b"\xff\xfe\xc3\x28"),
    "no Matroska": (b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa4"),
    "another document": (b"matroska", b"matroskx"),
}


@pytest.mark.parametrize("how", ["ended", "broken off"])
@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_video_is_one_line_in_every_command_and_loses_no_picture(what, how, recorded, tmp_path, capsys):
    folder = shutil.copytree(recorded[how], tmp_path / "take")
    content = (folder / "color.mkv").read_bytes()
    assert DAMAGE[what][0] in content
    (folder / "color.mkv").write_bytes(content.replace(*DAMAGE[what]))
    person = str(2**56)
    for command in (
        ["verify"], ["info"], ["blur"], ["strip", "--person", person],
        ["export-ntu", "--out", str(tmp_path / "ntu"), "--action", "1"],
        ["export-pickle", "--out", str(tmp_path / "a.pkl")],
    ):  # fmt: skip
        copy = shutil.copytree(folder, tmp_path / command[0])
        with suppress(TsmfError):
            assert main([command[0], str(copy), *command[1:]]) in (0, 1)
    source = ReplaySource(folder)
    assert len(play(source)[0]) == COUNT
    assert all(warning.isprintable() for warning in source.warnings)
    _, after = repair(folder)
    assert after.is_whole
    source = ReplaySource(folder)
    played = play(source)[0]
    pictures = [frame for frame in played if frame.color_bgra is not None]
    assert len(pictures) == (COUNT if how == "ended" else COUNT - 1)  # the last one was never written
    for frame in played:
        material.assert_right(frame)


VALUES = ["x", "\ud800", "", 5, -1, 1.5, 10**400, True, None, [], [1, "x", None, {}], [10**400] * 4, {}, {"a": [1]}]


def test_any_value_of_any_entry_of_the_description_is_no_traceback_and_is_mended(recorded, tmp_path, capsys):
    folder = shutil.copytree(recorded["ended"], tmp_path / "take")
    video = folder / "color.mkv"
    video.unlink()
    repair(folder)
    known = json.loads((folder / "session.json").read_bytes())
    more = ("subject", "action", "setup", "performer", "privacy", "consent", "persons_stripped", "checkpoint", "new")
    parser, export = make_parser(), ["export-ntu", "--out", str(tmp_path / "ntu"), "--action", "1"]
    commands = [parser.parse_args([*words, str(folder)]) for words in (["verify"], ["info"], export)]
    for key in [*known, *more]:
        for value in VALUES:
            (folder / "session.json").write_text(json.dumps(known | {key: value}))
            for args in commands:
                with suppress(TsmfError):
                    assert args.run(args) in (0, 1)
            shutil.rmtree(tmp_path / "ntu", ignore_errors=True)
            with suppress(TsmfError), closing(ReplaySource(folder)) as source:
                source.read()
    for key in ("setup", "floor_plane", "crc32", "subject"):
        (folder / "session.json").write_text(json.dumps(known | {key: {"x": [1]}}))
        assert main(["repair", str(folder)]) == 0
        assert main(["verify", str(folder)]) == 1  # its pictures are lost
        with closing(ReplaySource(folder)) as source:
            assert source.info.name == "take"
