"""Finds everybody on a camera's pictures and keeps them apart: one landmarker for each person.

Pictures in, people with a number of their own out. MediaPipe's own tracking of several people is not usable: it finds
two who stand close together in one of them. So each person is followed by a landmarker of their own, which sees no more
of the picture than the surroundings of that person; another one looks for newcomers now and then, on the whole picture
and on parts of it, as it finds nobody who is small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from tsmf_live.frames import MAX_BODIES
from tsmf_live.sources.camera.landmarks import CORE, SEEN, TORSO, Landmarks
from tsmf_live.sources.camera.lens import Lens

WIDER = 1.24  # a person's part of the picture, in widths of the landmarks
ROOMY = 1.6  # and it is cut anew when it has become so much wider than that
SAME_BODY = 0.25  # torsos: nearer to each other two landmarkers follow one person
KNOWN_BODY = 0.5  # torsos: nearer to somebody known nobody is a newcomer
KNOWN_OVERLAP = 0.4  # or where the boxes around the landmarks share so much of both
ALONE = 1.0  # torsos: from here on nobody can be taken for somebody else
LOOKS_AGAIN = 2  # MediaPipe looks around anew only after it has lost whom it follows
LOST_S = 1.0  # somebody who was not found for so long is looked for anew
LOOK_EVERY_S = 0.5  # for newcomers, while there is somebody
JUMP_S = 1.0  # after a gap nobody is where they were; on a slow machine pictures may lie half a second apart
FIRST_NUMBER = 1
GREY = (128, 128, 128)

Box = tuple[int, int]  # left and right edge in the picture; a part is as high as what the camera saw


class FindsPeople(Protocol):
    """What is asked of a landmarker; see pose_model.Landmarker."""

    def find(self, picture_rgb: np.ndarray, time_s: float) -> list[Landmarks]:
        """The people on a picture."""

    def close(self) -> None:
        """Lets it go."""


@dataclass
class _Person:
    number: int
    landmarker: FindsPeople
    part: Box
    newest: Landmarks
    seen_s: float
    hides_others: bool = False  # this landmarker went to somebody else: it is not shown them while they are near


class People:
    """Everybody on the pictures of one camera, picture by picture. Used by one thread.

    Args:
        lens: of the pictures.
        make: makes a landmarker; True: one that follows a person.
        first_number: of the people.
        stopping: asked between two looks; once it is true nobody more is looked for.
        most: people who are followed at once, 1 to MAX_BODIES.
    """

    def __init__(
        self,
        lens: Lens,
        make: Callable[[bool], FindsPeople],
        first_number: int = FIRST_NUMBER,
        stopping: Callable[[], bool] = lambda: False,
        most: int = MAX_BODIES,
    ) -> None:
        self._lens, self._make, self._stopping, self._most = lens, make, stopping, most
        self._finder = make(False)
        self._people: list[_Person] = []
        self._spare: list[FindsPeople] = []  # of people who are gone: making one takes longer than ten looks
        self._blank_rgb = np.zeros((64, 64, 3), np.uint8)
        self._next_number = first_number
        self._parts = _parts(lens.box)
        self._next_part = 0
        self._looked_s = self._last_s = -np.inf

    def find(self, color_bgra: np.ndarray, time_s: float) -> list[tuple[int, Landmarks]]:
        """Number and landmarks of everybody on the next picture, (1080, 1920, 4) uint8; who is lost is not there."""
        if time_s - self._last_s > JUMP_S or time_s < self._last_s:
            self._forget(self._people)
            self._looked_s = -np.inf
        everywhere = not np.isfinite(self._looked_s)
        self._last_s = time_s
        found = self._follow(color_bgra, time_s)
        may_come = len(found) < self._most
        if may_come and (everywhere or not self._people or time_s - self._looked_s >= LOOK_EVERY_S):
            self._looked_s = time_s
            parts = self._parts if everywhere else [self._parts[self._next_part]]
            self._next_part = (self._next_part + 1) % len(self._parts)
            for part in parts:
                if self._stopping():
                    break
                found += self._newcomers(color_bgra, part, time_s)
        return sorted(found, key=lambda one: one[0])

    def close(self) -> None:
        """Lets all landmarkers go; once."""
        self._forget(self._people)
        for landmarker in (self._finder, *self._spare):
            landmarker.close()
        self._spare = []

    def _follow(self, color_bgra: np.ndarray, time_s: float) -> list[tuple[int, Landmarks]]:
        """Those known already; who was not found for LOST_S is forgotten."""
        found: list[tuple[_Person, Landmarks]] = []
        for person in self._people:
            if self._stopping():
                break
            hidden = [other.newest for other in self._people if other is not person] if person.hides_others else []
            landmarks = self._look_for(person, color_bgra, time_s, hidden)
            if landmarks is not None:
                found.append((person, landmarks))
        found = self._apart(found, color_bgra, time_s)
        for person, landmarks in found:
            person.newest, person.seen_s = landmarks, time_s
            person.part = self._part_around(landmarks, person.part)
        for person in self._people:
            others = [other.newest for other in self._people if other is not person]
            is_alone = all(person.newest.apart_from(other) > ALONE for other in others)
            person.hides_others = not is_alone and (person.hides_others or person.seen_s < time_s)
        self._forget([person for person in self._people if time_s - person.seen_s > LOST_S])
        return [(person.number, landmarks) for person, landmarks in found]

    def _apart(
        self, found: list[tuple[_Person, Landmarks]], color_bgra: np.ndarray, time_s: float
    ) -> list[tuple[_Person, Landmarks]]:
        """The same, but where two see one person, the one who jumped there looks again, past that person."""
        kept: list[tuple[_Person, Landmarks]] = []
        for person, landmarks in sorted(found, key=lambda one: one[1].apart_from(one[0].newest)):
            others = [other for _, other in kept]
            for _ in range(LOOKS_AGAIN):
                if landmarks is None or not any(_near(landmarks, other) for other in others):
                    break
                person.hides_others = True
                landmarks = self._look_for(person, color_bgra, time_s, others)
            if person.hides_others and (landmarks is None or any(_near(landmarks, other) for other in others)):
                landmarks = self._found_beside(person, others, color_bgra, time_s)
            if landmarks is not None and not any(_near(landmarks, other) for other in others):
                kept.append((person, landmarks))
        return kept

    def _found_beside(
        self, person: _Person, others: list[Landmarks], color_bgra: np.ndarray, time_s: float
    ) -> Landmarks | None:
        """The person as the landmarker for newcomers sees them, past the others; None if nobody is where they were."""
        seen = self._look(self._finder, color_bgra, person.part, time_s, others)
        seen = [one for one in seen if not any(_near(one, other) for other in others)]
        nearest = min(seen, key=person.newest.apart_from, default=None)
        return nearest if nearest is not None and nearest.apart_from(person.newest) <= ALONE else None

    def _look_for(
        self, person: _Person, color_bgra: np.ndarray, time_s: float, hidden: list[Landmarks]
    ) -> Landmarks | None:
        return next(iter(self._look(person.landmarker, color_bgra, person.part, time_s, hidden)), None)

    def _newcomers(self, color_bgra: np.ndarray, part: Box, time_s: float) -> list[tuple[int, Landmarks]]:
        """Those in a part of the picture whom nobody follows now; each is followed from now on, a lost one again."""
        came = []
        for seen in self._look(self._finder, color_bgra, part, time_s):
            if not _is_plausible(seen) or self._is_followed(seen, time_s):
                continue
            if self._stopping():
                break
            landmarker, where = self._follower(time_s), self._part_around(seen, None)
            landmarks = next(iter(self._look(landmarker, color_bgra, where, time_s)), None)
            if landmarks is None or self._is_followed(landmarks, time_s):
                self._spare.append(landmarker)
                continue
            lost = next((one for one in self._people if one.seen_s < time_s and _same(one.newest, landmarks)), None)
            if lost is None and len(self._people) >= self._most:
                self._spare.append(landmarker)
                continue
            number = lost.number if lost is not None else self._next_number
            if lost is not None:
                self._forget([lost])
            self._next_number += lost is None
            self._people.append(_Person(number, landmarker, where, landmarks, time_s))
            came.append((number, landmarks))
        return came

    def _is_followed(self, landmarks: Landmarks, time_s: float) -> bool:
        """Whether it is somebody who was found on this very picture."""
        return any(person.seen_s == time_s and _same(person.newest, landmarks) for person in self._people)

    def _forget(self, people: list[_Person]) -> None:
        for person in list(people):
            self._spare.append(person.landmarker)
            self._people.remove(person)

    def _follower(self, time_s: float) -> FindsPeople:
        """A landmarker that follows nobody yet. One that was used forgets whom it followed when it sees nobody."""
        if not self._spare:
            return self._make(True)
        landmarker = self._spare.pop()
        for _ in range(LOOKS_AGAIN):
            if not landmarker.find(self._blank_rgb, time_s):
                break
        return landmarker

    def _part_around(self, landmarks: Landmarks, now: Box | None) -> Box:
        """The part of the picture in which somebody is followed; the present one while it still fits."""
        first, _, last, _ = self._lens.box
        x = landmarks.xy[:, 0]
        half = WIDER * max(float(np.ptp(x)), landmarks.torso_px) / 2
        middle = float(x.min() + x.max()) / 2
        if now is not None:
            needed = max(middle - half, first), min(middle + half, last)
            if now[0] <= needed[0] and needed[1] <= now[1] < now[0] + 2 * half * ROOMY:
                return now
        half *= (1 + ROOMY) / 2
        begin = int(np.clip(middle - half, first, last - 2))
        return begin, int(np.clip(middle + half, begin + 2, last))

    def _look(
        self,
        landmarker: FindsPeople,
        color_bgra: np.ndarray,
        part: Box,
        time_s: float,
        hidden: Sequence[Landmarks] = (),
    ) -> list[Landmarks]:
        """The people in a part of the picture, in pixels of the whole, axes as in camera space.

        Args:
            hidden: people who are painted over.
        """
        _, top, _, bottom = self._lens.box
        left, right = part
        seen_rgb = cv2.cvtColor(color_bgra[top:bottom, left:right], cv2.COLOR_BGRA2RGB)
        for other in hidden:
            core = cv2.convexHull((other.xy[list(CORE)] - (left, top)).astype(np.int32))
            cv2.fillConvexPoly(seen_rgb, core, GREY)
        # MediaPipe tells left from right, and learned it from pictures that are not mirrored
        return [
            Landmarks(
                xy=np.column_stack([right - one.xy[:, 0], top + one.xy[:, 1]]),
                world=one.world * (-1, 1, 1),
                visibility=one.visibility,
            )
            for one in landmarker.find(cv2.flip(seen_rgb, 1), time_s)
        ]


def _near(one: Landmarks, other: Landmarks) -> bool:
    """Whether two landmarkers follow one person."""
    return one.apart_from(other) <= SAME_BODY


def _same(one: Landmarks, other: Landmarks) -> bool:
    """Whether these may be the same person, seen twice; somebody who lies is seen vaguely."""
    return one.apart_from(other) <= KNOWN_BODY or one.overlap(other) >= KNOWN_OVERLAP


def _is_plausible(landmarks: Landmarks) -> bool:
    """Whether it can be somebody: shoulders or hips are seen."""
    return float(np.sort(landmarks.visibility[list(TORSO)])[-2]) >= SEEN


def _parts(box: tuple[int, int, int, int]) -> list[Box]:
    """Where newcomers are looked for: everywhere, and in squares as high as the picture, side by side."""
    left, top, right, bottom = box
    width, side = right - left, bottom - top
    if width <= 1.2 * side:
        return [(left, right)]
    starts = (left, left + (width - side) // 2, right - side)
    return [(left, right), *((start, start + side) for start in starts)]
