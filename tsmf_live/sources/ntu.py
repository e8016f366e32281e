"""NTU RGB+D recordings: a `.skeleton` file, and its colour video where there is one.

The text is read when the source is made (a clip lasts seconds), the video while its frames are asked for. The format
has no times; our exports bring them in a file beside it, `X.times.csv`, in the format of a session's frames.csv.
"""

from __future__ import annotations

import time
from pathlib import Path

from tsmf_live.files import beside
from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, SourceError
from tsmf_live.label_lists import class_name, read_labels
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.ntu_text import NtuTextReader, TextFrame, UnfinishedText
from tsmf_live.recording.tables import FrameRow, SessionEvent, read_frame_rows
from tsmf_live.recording.video import VideoInStep
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.identities import TOLD_APART, SharedIds

VIDEO_ENDINGS = (".avi", ".mkv", ".mp4")  # the data sets' own first
NAMES_SET = "ntu120"
SMALLEST_FRAME_BYTES = 2  # "0\n", nobody in view


def times_file_of(skeleton: Path) -> Path:
    """Where an export of ours keeps the times of a `.skeleton` file."""
    return skeleton.with_name(f"{skeleton.stem}.times.csv")


def color_video_of(skeleton: Path) -> Path | None:
    """The colour video of a `.skeleton` file: `X_rgb.avi` beside it, or in the data set's own folders, in any case."""
    folders = [skeleton.parent]
    if skeleton.parent.name.lower().startswith("nturgb+d_skeletons"):
        folders.append(skeleton.parent.parent / "nturgb+d_rgb")
    found = (beside(folder, f"{skeleton.stem}_rgb{ending}") for folder in folders for ending in VIDEO_ENDINGS)
    return next((path for path in found if path is not None), None)


class NtuSource:
    """The frames of one `.skeleton` file.

    A file that breaks off or goes wrong in its middle gives the complete frames before that place, then SourceError.

    Attributes:
        rows: of the file of times beside it, or None without one.

    Raises:
        SourceError: no complete frame, no known joint in the whole file, a frame count that cannot be, or a file of
            times that does not belong to it.
    """

    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._next = 0
        self._closed = False
        self._error: SourceError | None = None
        self._frames = self._read_text()
        self.rows = self._read_times()
        self._require_person()
        if self.rows is None:
            self.times_s = [index / FRAME_RATE_HZ for index in range(len(self._frames))]
        else:
            self.times_s = [row.sensor_time_s for row in self.rows]
        self._tell_people_apart()
        self._warn_of_broken_joints()
        self._video = VideoInStep(color_video_of(path), self.warnings)
        self.info = SourceInfo(
            name=path.name,
            kind="ntu",
            live=False,
            frame_rate_hz=FRAME_RATE_HZ,
            duration_s=self.times_s[-1] - self.times_s[0] + 1 / FRAME_RATE_HZ,
            has_color=self._video.has_color,
            time_estimated=self.rows is None,
            sensor="NTU RGB+D file",
            truth=self._action(path),
        )

    def _action(self, path: Path) -> tuple[SessionEvent, ...]:
        """The action that the file's name gives, for all of it."""
        name, names = NtuName.parse(path.stem), read_labels(NAMES_SET)
        if name is None or name.action > len(names):
            return ()
        end_s = self.times_s[-1] - self.times_s[0] + 1 / FRAME_RATE_HZ
        return (SessionEvent(0.0, end_s, class_name(name.action, names), 1.0, None, "annotation"),)

    def read(self) -> SensorFrame:
        """See Source.read."""
        if self._closed:
            raise EndOfSource
        if self._next == len(self._frames):
            if self._error is not None:
                raise self._error
            raise EndOfSource
        number, frame = self._next, self._frames[self._next]
        row = self.rows[number] if self.rows is not None else None
        color = self._video.picture(number)
        self._next += 1
        return SensorFrame(
            index=number if row is None else row.index - self.rows[0].index,
            sensor_time_s=self.times_s[number],
            host_time_s=time.perf_counter(),
            color_bgra=color if row is None or row.color else None,
            bodies=frame.bodies,
            time_estimated=row is None,
            bad_joints=frame.bad_joints,
        )

    def seek(self, number: int) -> None:
        """See SeekableSource.seek."""
        self._next = number
        self._video.seek(number)

    def close(self) -> None:
        """See Source.close."""
        self._closed = True
        self._video.close()

    def _read_text(self) -> list[TextFrame]:
        """All complete frames; what is wrong after them is kept for `read`."""
        text = NtuTextReader(self._path)
        frames: list[TextFrame] = []
        try:
            self._check_promise(text.promised)
            while len(frames) < text.promised:
                frame = text.read()
                if frame is None:
                    raise UnfinishedText(
                        f"{self._path}: expected {text.promised} frames as its first line says, found {len(frames)}; "
                        "copy or download it again"
                    )
                frames.append(frame)
            if text.more_follows():
                self.warnings.append(f"{self._path}: more follows after its {text.promised} frames; not played")
        except SourceError as error:
            if not frames:
                raise
            self._error = error
        finally:
            text.close()
        text.sizes.require_metres(self._path)
        return frames

    def _read_times(self) -> list[FrameRow] | None:
        path = beside(self._path.parent, times_file_of(self._path).name)
        if path is None:
            return None
        rows = read_frame_rows(path.parent, self.warnings, path.name)
        count = len(self._frames)
        if len(rows) < count or (len(rows) > count and self._error is None):
            raise SourceError(
                f"{path}: expected {count} rows, one for each frame of {self._path.name}, got {len(rows)}; "
                "export it again, or remove it to have estimated times"
            )
        return rows[:count]

    def _require_person(self) -> None:
        """A file of the data set without one is broken; in a recording of ours nobody may have been in view."""
        if self.rows is None and not any(frame.bodies for frame in self._frames):
            raise SourceError(
                f"{self._path}: expected a person, found no finite joint in {len(self._frames)} frames "
                "(0,0,0 is none); "
                "choose another file"
            )

    def _check_promise(self, promised: int) -> None:
        size_bytes = self._path.stat().st_size
        if promised == 0 or promised * SMALLEST_FRAME_BYTES > size_bytes:
            raise SourceError(
                f"{self._path}: line 1: expected a frame count of at least 1 that a file of {size_bytes} bytes "
                f"can hold, got {promised}; copy or download it again"
            )

    def _tell_people_apart(self) -> None:
        """Gives each person their own id."""
        shared = SharedIds()
        frames = zip(self._frames, self.times_s, strict=True)
        self._frames = [frame._replace(bodies=shared.apart(frame.bodies, time_s)) for frame, time_s in frames]
        if shared.shared:
            self.warnings.append(f"{self._path}: {TOLD_APART} ({shared.shared} frames)")

    def _warn_of_broken_joints(self) -> None:
        broken = [frame.bad_joints for frame in self._frames if frame.bad_joints]
        if broken:
            self.warnings.append(
                f"{self._path}: {sum(broken)} joints in {len(broken)} frames are not finite or at 0,0,0; "
                "they count as not tracked"
            )
