"""Rows for people in formats that have a fixed number of them: PKU-MMD's two columns, the M of annotation pickles."""

from __future__ import annotations

from tsmf_live.frames import Body


class PersonRows:
    """Gives every body a row and keeps it there while its tracking id is in view; later bodies take free rows.

    Attributes:
        left_out: bodies for which no row was free, counted over all frames.
        unseen: bodies whose joints are all zero, which these formats read as nobody.
    """

    def __init__(self, count: int) -> None:
        self._ids: list[int | None] = [None] * count
        self.left_out = self.unseen = 0

    def place(self, bodies: tuple[Body, ...]) -> list[Body | None]:
        """The bodies of the next frame, by row."""
        waiting = {body.tracking_id: body for body in bodies}
        self._ids = [number if number in waiting else None for number in self._ids]
        for number in [number for number in waiting if number not in self._ids]:
            if None not in self._ids:
                break
            self._ids[self._ids.index(None)] = number
        rows = [waiting.get(number) if number is not None else None for number in self._ids]
        self.left_out += len(bodies) - sum(body is not None for body in rows)
        self.unseen += sum(body is not None and not body.joints.any() for body in rows)
        return rows

    def not_held(self, there_are: int) -> list[str]:
        """What the format could not hold, in words; `there_are` rows in the format."""
        words = []
        if self.left_out:
            words.append(f"{self.left_out} bodies beyond {there_are} in a frame")
        if self.unseen:
            words.append(f"{self.unseen} bodies whose joints are all at zero (they read as nobody)")
        return words
