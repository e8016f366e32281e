"""Keeps the PC from going to sleep while a take is recorded.

Windows only, where the sensor is: there a PC on which nobody types goes to sleep, whatever its programs do. The screen
may go dark, and whoever presses the sleep button gets what they want (no ES_AWAYMODE_REQUIRED). Elsewhere nothing is
done: a Linux desktop's own settings say when it sleeps.
"""

from __future__ import annotations

import ctypes

ES_SYSTEM_REQUIRED, ES_CONTINUOUS = 0x00000001, 0x80000000


class Awake:
    """What one thread has asked of Windows, which forgets it when the thread ends; used by that thread only.

    Attributes:
        kept: whether the PC is kept awake.
    """

    def __init__(self) -> None:
        self.kept = False

    def keep(self, on: bool) -> None:
        """From now on the PC stays awake, or may sleep again."""
        if on == self.kept:
            return
        self.kept = on
        windows = getattr(ctypes, "windll", None)
        if windows is not None:
            windows.kernel32.SetThreadExecutionState(ES_CONTINUOUS | (ES_SYSTEM_REQUIRED if on else 0))
