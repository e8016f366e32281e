"""Short tones, for people who do not look at the screen. A machine without sound stays silent."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QProcess
from PyQt5.QtWidgets import QApplication

#: What it is a sign of -> pitch in Hz and length in s.
TONES = {"count": (660, 0.12), "begin": (1320, 0.35), "end": (440, 0.35)}
PLAYERS = ("paplay", "pw-play", "aplay")  # of Linux; they return when the tone is over
RATE_HZ = 22050


class Sounds:
    """Plays the tones; their files are made when the first one is played and go with this."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory | None = None

    def play(self, name: str) -> None:
        """Begins one of TONES; returns at once."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tsmf-sounds-", ignore_cleanup_errors=True)
        path = Path(self._folder.name, f"{name}.wav")
        if not path.exists():
            path.write_bytes(tone(*TONES[name]))
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif (player := next(filter(None, map(shutil.which, PLAYERS)), None)) is not None:
            QProcess.startDetached(player, [str(path)])
        else:
            QApplication.beep()

    def close(self) -> None:
        """Removes the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def tone(pitch_hz: float, length_s: float) -> bytes:
    """A WAV file: one tone that comes and goes softly."""
    times_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    soft = np.minimum(1.0, np.minimum(times_s, length_s - times_s) / 0.02)
    samples = (12000 * soft * np.sin(2 * np.pi * pitch_hz * times_s)).astype("<i2")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return content.getvalue()
