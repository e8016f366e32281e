"""Which bundled weights are for which source: real people are not the simulated actor, and neither knows the other.

A source's name in, a file and the reason out. Weights that the user names always win.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tsmf_live.frames import SourceError
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.recording.folder import read_description

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DEMO, PEOPLE = ASSETS / "demo.safetensors", ASSETS / "people.safetensors"


class Weights(NamedTuple):
    """A checkpoint and why it is taken, in a few words."""

    path: Path
    reason: str


def weights_for(source: str, named: Path | None = None) -> Weights:
    """The checkpoint for a source.

    Args:
        source: as in --source.
        named: the one that the user wants, or None.
    """
    if named is not None:
        return Weights(named, "as asked for")
    if is_simulated(source):
        return Weights(DEMO, "the source is the simulated actor")
    return Weights(PEOPLE, "the source shows real people")


def knows_only_simulated(spec: Spec) -> bool:
    """Whether a checkpoint has seen nobody but the simulated actor, by what it says it was trained on."""
    return spec.trained_on.partition(",")[0].strip().lower() == "simulated"


def is_simulated(source: str) -> bool:
    """Whether a source shows the simulated actor: the demo, or a session that was recorded from it."""
    kind, path = source.partition(":")[0], Path(source)
    if kind in ("demo", "kinect", "webcam", "video"):
        return kind == "demo"
    try:
        description = read_description(path if path.is_dir() else path.parent)
    except SourceError:  # no session, or one that whoever opens it will refuse
        return False
    return bool(description.get("simulated")) or str(description.get("source")).partition(":")[0] == "demo"
