"""What runs against the flow of frames: what a later stage, the recorder or the user tells the stages before.

who says it             what        who goes by it
the recorder's queue    pressure    inference and look back: they give way to the recorder
the player              held        inference: there is time for all that can be said of the frame that is shown
the user                focus       inference: whom the student looks at
inference               context_s   playback: how much it reads before a frame that the user went to
"""

from __future__ import annotations

from dataclasses import dataclass

from tsmf_live.live.player import Player
from tsmf_live.recording.take_queue import TakeQueue


@dataclass(slots=True)
class Feedback:
    """One for each run; any thread may read and set it, nobody waits.

    Attributes:
        takes: the recorder's queue, None where nothing is recorded.
        player: the controls of the recording that is played; None for a live source, and before the source is open.
        focus: the slot of the person whom the user chose; None: whoever acts most strongly.
        context_s: what the model must have seen before a frame for scores as in a run from the beginning.
    """

    takes: TakeQueue | None = None
    player: Player | None = None
    focus: int | None = None
    context_s: float = 0.0

    @property
    def pressure(self) -> int:
        """How much the recorder needs the machine: 0; 1: more than the student does; 2: more than all else."""
        return self.takes.pressure if self.takes is not None else 0

    @property
    def held(self) -> bool:
        """Whether the frame that is shown is held by the player."""
        return self.player is not None and self.player.paused
