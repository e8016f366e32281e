"""`export-*` and `import-*`: sessions in the formats of other programs, and back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tsmf_live.exchange import (
    export_ntu,
    export_pickle,
    export_pku,
    import_ntu,
    import_pickle,
    import_pku,
    import_video,
)
from tsmf_live.exchange.outcome import LeftOut, Outcome
from tsmf_live.exchange.session_reading import Session
from tsmf_live.frames import MAX_BODIES, UsageError
from tsmf_live.label_lists import read_labels
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.color_file import CODECS
from tsmf_live.sources.camera.pose_model import choose_model
from tsmf_live.sources.camera.spec import VIDEO, VideoSpec
from tsmf_live.sources.open import pose_model_for


def add_span(parser: argparse.ArgumentParser) -> None:
    """Adds the option of a part to be exported."""
    what = "only from START to END, in seconds from the first frame, as the player shows them"
    parser.add_argument("--span", type=float, nargs=2, metavar=("START", "END"), help=what)


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The commands' arguments."""

    def command(name: str, run: Callable, what: str, about: str | None, example: str) -> Callable:
        epilog = f"example: python -m tsmf_live.sessions {name} {example}"
        parser = subparsers.add_parser(name, help=what, description=about, epilog=epilog)
        parser.set_defaults(run=run)
        if name.startswith("export"):
            parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
            add_span(parser)
        return parser.add_argument

    codec = {"choices": CODECS, "default": "h264", "help": "of color.mkv; ffv1 keeps every bit (default: h264)"}
    labels = {"metavar": "NAME|FILE"}

    example = "STUDY/take-* --out SAMPLES --labels ntu60"
    add = command("export-ntu", _export_ntu, "as NTU RGB+D samples", export_ntu.__doc__, example)
    add("--out", type=Path, required=True, metavar="FOLDER", help="gets the samples' files; what exists is kept")
    for field in NtuName._fields[:-1]:
        add(f"--{field}", type=int, metavar="N", help=f"{field} number (default: the take's, else 1)")
    add("--action", type=int, metavar="N", help="class number (default: that of the take's action in the label list)")
    add("--segments", action="store_true", help="one sample for each annotation, its class from the label list")
    add("--labels", default="ntu60", **labels, help="label list: ntu60, pku_mmd or a file (default: ntu60)")

    example = "STUDY/take-001 --out PKU --name 0400-M --labels classes.txt"
    add = command("export-pku", _export_pku, "as a PKU-MMD recording", export_pku.__doc__, example)
    add("--out", type=Path, required=True, metavar="FOLDER", help="gets skeleton/, label/, rgb_video/")
    add("--name", help="of the files, without ending (default: the session's folder)")
    add("--labels", default="pku_mmd", **labels, help="label list that numbers the classes: ntu60, pku_mmd")

    example = "STUDY/take-* --out study.pkl"
    add = command("export-pickle", _export_pickle, "as a skeleton annotation pickle", export_pickle.__doc__, example)
    add("--out", type=Path, required=True, metavar="FILE", help="a new .pkl file")
    add("--labels", **labels, help="label list that numbers the classes (default: their own, sorted)")

    example = "S001C001P001R001A011.skeleton --out STUDY/take-001"
    add = command("import-ntu", _import_ntu, "NTU RGB+D as sessions", import_ntu.__doc__, example)
    add("path", type=Path, metavar="FILE|FOLDER", help="a .skeleton file, or a folder of them (not its subfolders)")
    add("--out", type=Path, required=True, metavar="DIR", help="the new session; for a folder: gets one for each file")
    add("--codec", **codec)
    add("--labels", default="ntu60", **labels, help="label list that names the classes (default: ntu60)")

    example = "skeleton/0002-L.txt --out STUDY/take-001"
    add = command("import-pku", _import_pku, "PKU-MMD as a session", import_pku.__doc__, example)
    place = "skeleton text; its video is NAME.avi in a folder *rgb* beside its folder"
    add("path", type=Path, metavar="FILE", help=place)
    add("--out", type=Path, required=True, metavar="DIR", help="the new session")
    add("--label-file", type=Path, metavar="FILE", help="default: NAME.txt in a folder *label* beside its folder")
    add("--labels", default="pku_mmd", **labels, help="label list that names the classes (default: pku_mmd)")
    add("--codec", **codec)

    what, example = "videos as sessions, people found by MediaPipe Pose", "OLD-VIDEOS --out STUDY --subject P07"
    add = command("import-video", _import_video, what, import_video.__doc__, example)
    add("path", type=Path, metavar="FILE|FOLDER", help="a video, or a folder of them (not its subfolders)")
    add("--out", type=Path, required=True, metavar="DIR", help="the new session; for a folder: gets one for each video")
    add("--pose-model", type=Path, metavar="FILE", help="pose_landmarker_*.task (default: the one named last)")
    add("--fov", type=float, metavar="DEGREES", help="the camera's field of view along the longer side (default: 60)")
    add("--mirrored", action="store_true", help="the pictures are mirrored already, as a Kinect's")
    what = f"people who are followed at once, 1 to {MAX_BODIES} (default: {MAX_BODIES}); 1 is fastest"
    add("--persons", type=int, choices=range(1, MAX_BODIES + 1), default=MAX_BODIES, metavar="N", help=what)
    add("--subject", metavar="NAME", help="of all of them, a pseudonym")
    add("--action", metavar="NAME", help="of all of them, where each shows one action")
    add("--codec", **codec)

    what, example = "skeleton annotation pickles as sessions", "study.pkl --out STUDY --only S001C001P001R001A011"
    add = command("import-pickle", _import_pickle, what, import_pickle.__doc__, example)
    add("path", type=Path, metavar="FILE", help="a .pkl file as pyskl and mmaction2 use them")
    add("--out", type=Path, required=True, metavar="FOLDER", help="gets a session for each sample, named by frame_dir")
    add("--only", nargs="+", metavar="NAME", help="these frame_dir alone")
    add("--labels", **labels, help="label list that names the classes (default: the file's, else numbers)")


def _export_ntu(args: argparse.Namespace) -> int:
    if args.segments and args.action is not None:
        raise UsageError("--action: with --segments the annotations say it; leave one of the two out")
    labels = read_labels(args.labels)
    numbers = {field: getattr(args, field) for field in NtuName._fields}

    def export(session: Session) -> Outcome:
        parts = export_ntu.session_parts(session, numbers, labels, args.segments)
        return export_ntu.export(session, parts, args.out)

    return _export_each(args, export)


def _export_pku(args: argparse.Namespace) -> int:
    if args.name is not None and (len(args.folders) > 1 or Path(args.name).name != args.name):
        raise UsageError(f"--name {args.name}: expected the name of one session's files, without folders")
    labels = read_labels(args.labels)
    return _export_each(
        args, lambda session: export_pku.export(session, args.out, args.name or session.folder.resolve().name, labels)
    )


def _export_pickle(args: argparse.Namespace) -> int:
    left_out = LeftOut(len(args.folders), "sessions")
    export_pickle.export(args.folders, args.out, args.labels, left_out, args.span).tell()
    left_out.tell(args.out)
    return 0


def _import_ntu(args: argparse.Namespace) -> int:
    labels = read_labels(args.labels)
    samples = import_ntu.samples_of(args.path, args.out)
    left_out = LeftOut(len(samples), "samples")
    for path, folder in samples.items():
        with left_out.if_unusable():
            import_ntu.import_sample(path, folder, args.codec, labels).tell()
    left_out.tell(args.path)
    return 0


def _import_pku(args: argparse.Namespace) -> int:
    labels = read_labels(args.labels)
    import_pku.import_recording(args.path, args.out, args.codec, labels, args.label_file).tell()
    return 0


def _import_video(args: argparse.Namespace) -> int:
    folders = import_video.videos_of(args.path, args.out)
    videos = {VideoSpec.of(path, args.fov, args.mirrored): folder for path, folder in folders.items()}
    is_one = not args.path.is_dir()
    model = pose_model_for(f"{VIDEO}:file={args.path}", args.pose_model) if is_one else choose_model(args.pose_model)
    details = {name: value for name in ("subject", "action") if (value := getattr(args, name)) is not None}
    wanted = import_video.Wanted.with_model(model, args.codec, details, args.persons)
    left_out = LeftOut(len(videos), "videos")
    for video, folder in videos.items():
        with left_out.if_unusable():
            import_video.import_video(video, folder, wanted).tell()
    left_out.tell(args.path)
    return 0


def _import_pickle(args: argparse.Namespace) -> int:
    outcome, left_out = import_pickle.import_samples(args.path, args.out, args.only, args.labels)
    outcome.tell()
    left_out.tell(args.path)
    return 0


def _export_each(args: argparse.Namespace, export: Callable[[Session], Outcome]) -> int:
    """Exports session by session; SourceError at the end for damaged ones."""
    left_out = LeftOut(len(args.folders), "sessions")
    for folder in args.folders:
        with left_out.if_unusable(), closing(Session(folder, args.span)) as session:
            export(session).tell()
    left_out.tell(args.out)
    return 0
