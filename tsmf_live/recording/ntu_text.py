"""NTU RGB+D skeleton text, read and written; also the bodies of our recorded sessions.

Reads lines, hands on bodies; the sources `ntu` and `replay` turn them into frames, `writer` writes them.
Layout, each item a line:

    frame count
    for each frame: body count (0 to 6), and for each body:
        trackingID clippedEdges handLeftConfidence handLeftState handRightConfidence handRightState isRestricted
            leanX leanY trackingState
        joint count (25)
        25 times: x y z depthX depthY colorX colorY orientationW orientationX orientationY orientationZ trackingState

**Source:** NTU RGB+D (Shahroudy et al. 2016), read_skeleton_file.m.
"""

from __future__ import annotations

import zlib
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from tsmf_live.frames import MAX_BODIES, Body, SourceError, mark_unknown
from tsmf_live.recording.units import Sizes
from tsmf_live.skeleton import JOINT_COUNT

BODY_COLUMNS, JOINT_COLUMNS = 10, 12
COUNT_WIDTH = 10  # characters of the frame count that a recording rewrites in place
LONGEST_LINE = 8192  # bytes; a longer one is no skeleton text, and must not fill the memory
FARTHEST_M = 100.0  # the sensor sees 8 m; farther is as broken as infinity
FARTHEST_PX = 1e6
HAND_STATES = 5  # 0 unknown, 1 not tracked, 2 open, 3 closed, 4 lasso; what others write beyond is unknown
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # of UTF-8; some editors put it before the first line
_MSVC_NOT_FINITE = b"#"  # 1.#QNAN, -1.#IND, 1.#INF: how old Windows programs print them
_PLAIN = b"0123456789+-.eEnNaAiIfF \t\r\n"  # characters of numbers, nan and inf, and what stands between them
_LONGEST_NUMBER = 32  # characters; a longer one is none, and would take long to convert
_BODY_LINE = f"a body's line of {BODY_COLUMNS} values"

_JOINT_FORMAT = "%.9g %.9g %.9g nan nan %.9g %.9g %.9g %.9g %.9g %.9g %d\n"  # 9 digits bring a float32 back exactly
_BODY_FORMAT = f"%d 0 0 %d 0 %d 0 0 0 2\n{JOINT_COUNT}\n" + JOINT_COUNT * _JOINT_FORMAT


class UnfinishedText(SourceError):
    """The text ends in the middle of a frame, or before its last promised one."""


class TextFrame(NamedTuple):
    """The bodies of one frame, the number of joints that are unknown (25 for each body that was dropped), its CRC.

    `crc32` is of the frame's text; a last line without its end counts as ended.
    """

    bodies: tuple[Body, ...]
    bad_joints: int
    crc32: int


def frame_count_line(count: int) -> bytes:
    """The first line of a file, always equally long, so that it can be rewritten in place."""
    return b"%*d\n" % (COUNT_WIDTH, count)


def frame_lines(bodies: tuple[Body, ...]) -> bytes:
    """One frame as text. Depth coordinates are written as nan, what a Body does not hold (lean, confidences) as 0."""
    parts = [f"{len(bodies)}\n"]
    for body in bodies:
        table = np.concatenate(
            [body.joints, body.color_xy, body.orientations[:, [3, 0, 1, 2]], body.joint_state[:, None]], axis=1
        )  # (V, 10)
        parts.append(_BODY_FORMAT % (body.tracking_id, *body.hand_states, *table.ravel().tolist()))
    return "".join(parts).encode("ascii")


def plausible_metres(joints: np.ndarray) -> np.ndarray:
    """Joints as float32 (25, 3), NaN where they are not finite or farther away than any sensor sees."""
    return np.where(np.abs(joints) <= FARTHEST_M, joints, np.nan).astype(np.float32)


def usable_body(
    tracking_id: int, joints: np.ndarray, joint_state: np.ndarray, color_xy: np.ndarray, **rest: object
) -> tuple[Body | None, int]:
    """A body of numbers read from a file, and how many of its joints are unknown; None if all 25 are: that is nobody.

    Args:
        rest: `orientations` (25, 4), zeros if left out, and `hand_states`.
    """
    *marked, bad = mark_unknown(plausible_metres(joints), joint_state, color_xy)
    if bad == JOINT_COUNT:
        return None, bad
    orientations = rest.pop("orientations", None)
    if orientations is None:
        orientations = np.zeros((JOINT_COUNT, 4), np.float32)
    else:
        # unit quaternions: anything beyond 2 is broken
        orientations = np.where(np.abs(orientations) <= 2, orientations, 0).astype(np.float32)
    return Body(tracking_id, *marked, orientations, **rest), bad


def whole_number(text: bytes) -> int:
    """The whole number that a text is, written as one (25) or as a decimal number (25.0); ValueError if it is none."""
    if len(text) > _LONGEST_NUMBER or b"_" in text:
        raise ValueError("no number of the format")
    try:
        return int(text)
    except ValueError:
        value = float(text)
        if not value.is_integer():  # false for NaN and infinity, too
            raise
        return int(value)


def body_line(line: bytes) -> tuple[int, tuple[int, int]]:
    """Tracking id and hand states (left, right) of a body's own line.

    Ids are 64 bits: what other programs print as a signed number (-1) is the unsigned one of the same bits. A hand
    state that the sensor does not have counts as unknown.

    Raises:
        ValueError: it is no such line.
    """
    values = line.split()
    if len(values) != BODY_COLUMNS:
        raise ValueError("not the number of values")
    tracking_id, *hands = (whole_number(values[column]) for column in (0, 3, 5))
    if not -(2**63) <= tracking_id < 2**64:
        raise ValueError("no 64 bits")
    left, right = (hand if 0 <= hand < HAND_STATES else 0 for hand in hands)
    return tracking_id % 2**64, (left, right)


def is_plain(data: bytes) -> bool:
    """Whether a text holds nothing but numbers, and blanks and line ends between them, as plain programs write them."""
    return not data.translate(None, _PLAIN)


def shown(line: bytes) -> str:
    """The beginning of a line of a file, printable, on one line, in quotes."""
    text = line.strip().decode("ascii", "backslashreplace")
    return repr(text if len(text) <= 40 else text[:40] + "...").replace("\\\\", "\\")


class FramePlaces:
    """Where the frames of a `.skeleton` file begin, looked up no further than asked; 50 MB take 0.15 s.

    Only lines are counted: whether a frame is whole and right is found out when it is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: list[tuple[int, int]] = []  # byte offset, lines before it

    def before(self, number: int) -> tuple[int, int, int]:
        """(its number, its byte offset, lines before it) of frame `number`, or of the last before it that is found."""
        if number >= len(self._places):
            self._look_on(number)
        found = min(number, len(self._places) - 1)
        return found, *self._places[found]

    def _look_on(self, number: int) -> None:
        with self._path.open("rb") as file:
            if not self._places:
                self._places.append((len(file.readline(LONGEST_LINE)), 1))
            offset, lines = self._places[-1]
            file.seek(offset)
            while len(self._places) <= number:
                line = file.readline(LONGEST_LINE)
                try:
                    bodies = whole_number(line.strip())
                except ValueError:
                    return
                if not 0 <= bodies <= MAX_BODIES:
                    return
                body_lines = bodies * (2 + JOINT_COUNT)
                offset += len(line) + sum(map(len, islice(file, body_lines)))
                lines += 1 + body_lines
                self._places.append((offset, lines))


class NtuTextReader:
    """Reads a `.skeleton` file frame by frame; holds one frame in memory, however large the file.

    Attributes:
        promised: the frame count that the first line states; not trusted.
        sizes: of the bodies read so far; its owner asks them for the unit.

    Raises:
        SourceError: the file cannot be opened, or its first line is no frame count.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._line_number = 0
        self._crc32 = 0  # of the lines of the frame that is being read
        self.sizes = Sizes()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
        try:
            if self._file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
                self._file.seek(0)
            self.promised = self._integer("a frame count", 0, None)
        except OSError as error:
            self.close()
            raise SourceError(f"{path}: cannot be read ({error.strerror}); check the disk") from error
        except SourceError:
            self.close()
            raise

    def read(self) -> TextFrame | None:
        """The next frame, or None where the text ends between two frames.

        Raises:
            UnfinishedText: the text ends within the frame.
            SourceError: it is not NTU skeleton text; the message names the line, what was expected and what is there.
        """
        try:
            return self._frame() if self.more_follows() else None
        except OSError as error:
            raise SourceError(
                f"{self.path}: line {self._line_number + 1} cannot be read ({error.strerror}); check the disk"
            ) from error

    def read_text(self) -> bytes | None:
        """The next frame as it stands in the file; its joints' numbers are not looked at. None as in `read`.

        Raises:
            UnfinishedText: the text ends within the frame.
            SourceError: no frame begins here.
        """
        if not self.more_follows():
            return None
        begins_at = self._file.tell()
        body_count = self._integer(f"a body count of 0 to {MAX_BODIES}", 0, MAX_BODIES)
        for _ in range(body_count * (JOINT_COUNT + 2)):
            self._line("a body's line")
        size = self._file.tell() - begins_at
        self._file.seek(begins_at)
        text = self._file.read(size)
        return text if text.endswith(b"\n") else text + b"\n"

    def more_follows(self) -> bool:
        """Whether anything but blank lines follows; skips those."""
        while line := self._file.readline(LONGEST_LINE):
            if line.strip():
                self._file.seek(-len(line), 1)
                return True
            self._line_number += 1
        return False

    def go_to(self, offset: int, line_number: int) -> None:
        """The next frame is read from this byte on; `line_number` lines lie before it."""
        self._file.seek(offset)
        self._line_number = line_number

    def close(self) -> None:
        """Lets the file go; may be called twice."""
        self._file.close()

    def _frame(self) -> TextFrame:
        bodies, bad_joints, self._crc32 = [], 0, 0
        for _ in range(self._integer(f"a body count of 0 to {MAX_BODIES}", 0, MAX_BODIES)):
            body, bad = self._body()
            bad_joints += bad
            if body is not None:
                bodies.append(body)
        return TextFrame(tuple(bodies), bad_joints, self._crc32)

    def _body(self) -> tuple[Body | None, int]:
        line = self._line(_BODY_LINE)
        try:
            tracking_id, hands = body_line(line)
        except ValueError:
            self._fail(_BODY_LINE, line)
        self._integer(f"a joint count of {JOINT_COUNT}", JOINT_COUNT, JOINT_COUNT)
        table = self._joint_table()
        self.sizes.add(table[:, :3])
        return usable_body(
            tracking_id,
            table[:, :3],
            table[:, 11].astype(np.uint8),
            _pixels(table[:, 5:7]),
            orientations=table[:, [8, 9, 10, 7]],
            hand_states=hands,
        )

    def _joint_table(self) -> np.ndarray:
        """The 25 joint lines of a body, (25, 12) float64, tracking states checked."""
        lines = [self._file.readline(LONGEST_LINE) for _ in range(JOINT_COUNT)]
        table = _numbers(lines)
        if table is None:
            self._fail_at_first_bad(lines)
        self._line_number += JOINT_COUNT
        self._add_to_crc32(b"".join(lines))
        return table

    def _fail_at_first_bad(self, lines: list[bytes]) -> NoReturn:
        expected = f"a joint's line of {JOINT_COLUMNS} numbers, the last its state (0, 1 or 2)"
        for line in lines:
            self._line_number += 1
            if _numbers([line]) is None:
                self._fail(expected, line)
        raise AssertionError("each line is good, all together are not")

    def _integer(self, expected: str, lowest: int, highest: int | None) -> int:
        """The whole line as one integer within the range."""
        line = self._line(expected)
        try:
            value = whole_number(line.strip())
        except ValueError:
            self._fail(expected, line)
        if value < lowest or (highest is not None and value > highest):
            self._fail(expected, line)
        return value

    def _line(self, expected: str) -> bytes:
        line = self._file.readline(LONGEST_LINE)
        self._line_number += 1
        if not line:
            self._fail(expected, line)
        self._add_to_crc32(line)
        return line

    def _add_to_crc32(self, lines: bytes) -> None:
        self._crc32 = zlib.crc32(lines if lines.endswith(b"\n") else lines + b"\n", self._crc32)

    def _fail(self, expected: str, line: bytes) -> NoReturn:
        """Raises for the line just read; UnfinishedText if it is the last of the file and was cut."""
        where = f"{self.path}: line {self._line_number}: expected {expected}"
        if not line:
            what = "the file is empty" if self._line_number == 1 else "the file ends here"
            raise UnfinishedText(f"{where}, but {what}; copy or download it again")
        if not line.endswith(b"\n") and not self._file.read(1):
            raise UnfinishedText(f"{where}, got {shown(line)}, where the file ends; copy or download it again")
        raise SourceError(f"{where}, got {shown(line)}; is it an NTU RGB+D skeleton file?")


def _numbers(lines: list[bytes]) -> np.ndarray | None:
    """Joint lines as (n, 12) float64, or None if one of them is no joint line."""
    rows = [line.split() for line in lines]
    try:
        table = np.array(rows, np.float64)
    except ValueError:
        rows = [[b"nan" if _MSVC_NOT_FINITE in value else value for value in row] for row in rows]
        try:
            table = np.array(rows, np.float64)
        except ValueError:
            return None
    if table.shape != (len(lines), JOINT_COLUMNS):
        return None
    state = table[:, 11]
    return table if ((state == 0) | (state == 1) | (state == 2)).all() else None


def _pixels(values: np.ndarray) -> np.ndarray:
    """Picture coordinates as float32; what float32 cannot hold becomes NaN."""
    return np.where(np.abs(values) <= FARTHEST_PX, values, np.nan).astype(np.float32)
