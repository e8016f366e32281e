"""What became of the inputs of an export or import: what was written, what was lost on the way, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from tsmf_live.command import tell, warn
from tsmf_live.frames import SourceError, TsmfError, UsageError


class Outcome(NamedTuple):
    """Texts: what was written; what the format does not hold; what was odd about the input."""

    written: str
    not_held: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def tell(self) -> None:
        """Prints what was written and what the format does not hold; warnings go to stderr."""
        for warning in self.warnings:
            warn(warning)
        tell(self.written)
        if self.not_held:
            tell(f"  not held: {'; '.join(self.not_held)}")


class LeftOut:
    """Collects a command's inputs that cannot be used: a line for each at once, and an error at the end.

    One bad file must not keep the others out. Of a single input the error is just raised.

    Args:
        total: how many inputs there are. noun: what they are, in the plural.
    """

    def __init__(self, total: int, noun: str) -> None:
        self._total, self._noun = total, noun
        self._errors: list[TsmfError] = []

    @property
    def count(self) -> int:
        """How many so far."""
        return len(self._errors)

    @contextmanager
    def if_unusable(self) -> Iterator[None]:
        """Around the work on one input: its SourceError or UsageError is printed, and the work on it ends."""
        try:
            yield
        except (SourceError, UsageError) as error:
            if self._total == 1:
                raise
            warn(error)
            self._errors.append(error)

    def tell(self, where: object) -> None:
        """Ends with an error if there were some; call it last.

        Raises:
            SourceError, UsageError: there were some.
        """
        if self._errors:
            kind = SourceError if any(isinstance(error, SourceError) for error in self._errors) else UsageError
            raise kind(
                f"{where}: {self.count} of {self._total} {self._noun} are damaged or cannot be used, and were left out"
            )
