"""How far predictions follow the truth: how long each annotated action is the top label, and how often idle is right.

python run_live.py --source assets/sample --headless --json run.json
python -m train.compare assets/sample run.json
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tsmf_live import command
from tsmf_live.actor.subject import LOOK_ALIKES
from tsmf_live.command import in_columns, one_line, tell
from tsmf_live.frames import UsageError
from tsmf_live.recording.tables import SessionEvent, of_kind, read_events

NEEDED = {"sensor_time_s", "state", "top5"}  # of a prediction
COLUMNS = {"from": 6, "to": 7, "  action": -23, "top label for": 13}
SETTLED_S = 3.0  # after an action: until then a window of the bundled weights still holds some of it


@dataclass(frozen=True)
class Followed:
    """One annotated action: the share of its updates whose best class it was, and the most frequent other class."""

    event: SessionEvent
    share: float
    instead: str | None


def follow(events: list[SessionEvent], predictions: list[dict]) -> list[Followed]:
    """Compares annotations with prediction objects as run_live writes them; the best class of `top5` counts."""
    rows = []
    for event in events:
        within = [p for p in predictions if event.start_s <= p["sensor_time_s"] < event.end_s]
        said = Counter(p["top5"][0][0] if p["top5"] else "nobody in view" for p in within)
        right = said.pop(event.label, 0)
        instead = said.most_common(1)[0][0] if said else None
        rows.append(Followed(event, right / len(within) if within else 0.0, instead))
    return rows


def nothing_said(events: list[SessionEvent], predictions: list[dict]) -> tuple[int, int]:
    """Idle updates, and all updates, of the times in which nothing had happened for SETTLED_S."""
    quiet = [
        p["state"] == "idle"
        for p in predictions
        if p["state"] != "warming"
        and not any(event.start_s <= p["sensor_time_s"] < event.end_s + SETTLED_S for event in events)
    ]
    return sum(quiet), len(quiet)


def read_predictions(path: Path) -> list[dict]:
    """The prediction objects of a --json file."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            documents = [document for document in map(json.loads, lines) if document["type"] == "prediction"]
        if all(document.keys() >= NEEDED for document in documents):
            return documents
        reason = f"a prediction without {', '.join(sorted(NEEDED))}"
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = one_line(error)
    raise UsageError(f"{path}: expected the JSON lines of run_live.py --json, got something else ({reason})")


def main() -> None:
    parser = command.OneLineParser(
        prog="python -m train.compare",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.compare assets/sample run.json",
    )
    parser.add_argument("session", type=Path, help="a session with annotations")
    parser.add_argument("predictions", type=Path, help="what run_live.py --json wrote when playing it")
    args = parser.parse_args()
    events = of_kind("annotation", read_events(args.session))
    predictions = read_predictions(args.predictions)
    rows = follow(events, predictions)
    tell(f"{in_columns(COLUMNS)}  mostly otherwise")
    for row in rows:
        event = row.event
        cells = f"{event.start_s:.1f}", f"{event.end_s:.1f}", f"  {event.label}", f"{row.share:.0%}"
        tell(f"{in_columns(COLUMNS, *cells)}  {row.instead or '-'}")
    for name, chosen in (
        ("all actions", rows),
        ("the four look-alikes", [row for row in rows if row.event.label in LOOK_ALIKES]),
    ):
        most = sum(row.share > 0.5 for row in chosen)
        tell(f"{name}: {most} of {len(chosen)} are the top label for most of their duration")
    said, quiet = nothing_said(events, predictions)
    tell(f"nothing: said so in {said} of {quiet} updates {SETTLED_S:g} s or more after any action")


if __name__ == "__main__":
    command.run(main)
