"""`annotate`: what people say is done when in a session; kept in its events.csv.

  list               the annotations and the predicted events, numbered
  add START END LABEL [--person N]
  edit NUMBER [--start S] [--end S] [--label L] [--person N|scene]
  remove NUMBER ...
  accept [NUMBER ...]  predicted events as annotations: those, or all that overlap no annotation
  import FILE        from .csv (columns start_s,end_s,label,person) or PKU-MMD labels (.txt)
  export FILE        to .csv, PKU-MMD labels (.txt) or ELAN (.eaf, with pip install pympi-ling)

Times are the session's sensor time in seconds, as in its files; with --from-start they count from its first frame, as
the player shows them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tsmf_live.command import tell, warn
from tsmf_live.exchange.label_files import export_annotations, import_annotations
from tsmf_live.frames import UsageError
from tsmf_live.recording.annotations import Annotations, overlapping
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.sessions.exchange import add_span

EXAMPLE = 'example: python -m tsmf_live.sessions annotate STUDY/take-001 add 3.2 7.5 "drink water" --person 0'
SCENE = "scene"
OVERLAPS_TOLD = 20


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "annotate",
        help="label segments: list, add, edit, remove, accept, import, export",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.add_argument("--from-start", action="store_true", help="times count from the first frame")
    acts = parser.add_subparsers(metavar="ACT", required=True)

    _act(acts, "list", _list)
    add = _act(acts, "add", _add)
    add.add_argument("start", type=float, metavar="START")
    add.add_argument("end", type=float, metavar="END")
    add.add_argument("label", metavar="LABEL")
    add.add_argument("--person", type=_person, metavar="N", help="0 to 5 (default: the scene)")
    edit = _act(acts, "edit", _edit)
    edit.add_argument("number", type=int, metavar="NUMBER")
    edit.add_argument("--start", type=float, metavar="S")
    edit.add_argument("--end", type=float, metavar="S")
    edit.add_argument("--label", metavar="L")
    edit.add_argument("--person", type=_person, default=argparse.SUPPRESS, metavar="N|scene")
    _act(acts, "remove", _remove).add_argument("numbers", type=int, nargs="+", metavar="NUMBER")
    _act(acts, "accept", _accept).add_argument("numbers", type=int, nargs="*", metavar="NUMBER")
    export = _act(acts, "export", _export)
    add_span(export)
    for act in (_act(acts, "import", _import), export):
        act.add_argument("file", type=Path, metavar="FILE")
        act.add_argument("--labels", default="pku_mmd", metavar="NAME|FILE", help="label list of PKU-MMD's numbers")
    parser.set_defaults(run=run)


def _act(acts: argparse._SubParsersAction, name: str, function: object) -> argparse.ArgumentParser:
    parser = acts.add_parser(name)
    parser.set_defaults(act=function)
    return parser


def _person(text: str) -> int | None:
    return None if text == SCENE else int(text)


def run(args: argparse.Namespace) -> int:
    """Does one act; UsageError for what cannot be, SourceError for no session, RecordingError if it cannot be saved."""
    annotations = Annotations(args.folder)
    for warning in annotations.warnings:
        warn(warning)
    args.act(annotations, args)
    return 0


def _zero_s(annotations: Annotations, args: argparse.Namespace) -> float:
    """Sensor time of what the user calls 0."""
    return annotations.span_s[0] if args.from_start else 0.0


def _list(annotations: Annotations, args: argparse.Namespace) -> None:
    zero_s = _zero_s(annotations, args)
    first_s, end_s = annotations.span_s
    tell(f"{args.folder}: {first_s - zero_s:.3f} to {end_s - zero_s:.3f} s")
    for title, events in (("annotations", annotations.segments), ("predicted", annotations.predictions)):
        tell(f"{title}: {len(events) or 'none'}")
        for number, event in enumerate(events, 1):
            tell(f"  {number:3d}  {_words(event, zero_s)}")


def _words(event: SessionEvent, zero_s: float) -> str:
    who = SCENE if event.person is None else f"person {event.person}"
    sure = "" if event.kind == "annotation" else f"  {event.confidence:.0%}"
    return f"{event.start_s - zero_s:9.3f} {event.end_s - zero_s:9.3f}  {who:9} {event.label}{sure}"


def _add(annotations: Annotations, args: argparse.Namespace) -> None:
    zero_s = _zero_s(annotations, args)
    added = annotations.add(args.start + zero_s, args.end + zero_s, args.label, args.person)
    annotations.save()
    tell(f"added {_words(added, zero_s)}")


def _edit(annotations: Annotations, args: argparse.Namespace) -> None:
    zero_s = _zero_s(annotations, args)
    times_s = {"start_s": args.start, "end_s": args.end}
    changes = {name: value + zero_s for name, value in times_s.items() if value is not None}
    if args.label is not None:
        changes["label"] = args.label
    if "person" in args:
        changes["person"] = args.person
    if not changes:
        raise UsageError("annotate edit: nothing to change; give --start, --end, --label or --person")
    edited = annotations.edit(args.number - 1, **changes)
    annotations.save()
    tell(f"now {_words(edited, zero_s)}")


def _remove(annotations: Annotations, args: argparse.Namespace) -> None:
    annotations.remove(*(number - 1 for number in args.numbers))
    annotations.save()
    tell(f"removed {len(set(args.numbers))}, {len(annotations.segments)} left")


def _accept(annotations: Annotations, args: argparse.Namespace) -> None:
    """Predictions named by number must all be possible; of all, those that overlap an annotation are left out."""
    zero_s = _zero_s(annotations, args)
    wanted = [annotations.prediction(number - 1) for number in args.numbers] or annotations.predictions
    outcomes = annotations.accept_all(wanted)
    for outcome in outcomes:
        if isinstance(outcome, UsageError):
            if args.numbers:
                raise outcome
            tell(f"left out: {outcome}")
    annotations.save()
    tell(*(f"accepted {_words(outcome, zero_s)}" for outcome in outcomes if not isinstance(outcome, UsageError)))


def _import(annotations: Annotations, args: argparse.Namespace) -> None:
    zero_s = _zero_s(annotations, args)
    import_annotations(args.file, annotations, zero_s, args.labels).tell()
    pairs = overlapping(annotations.segments)
    for one, other in pairs[:OVERLAPS_TOLD]:
        tell(f"overlap: {_words(one, zero_s)}  and {_words(other, zero_s)}")
    if len(pairs) > OVERLAPS_TOLD:
        tell(f"overlap: {len(pairs) - OVERLAPS_TOLD} more annotations begin while another one goes on")


def _export(annotations: Annotations, args: argparse.Namespace) -> None:
    export_annotations(annotations, args.file, _zero_s(annotations, args), args.labels, args.span).tell()
