"""See tsmf_live.command."""

from tsmf_live.command import INTERRUPTED, run

__all__ = ["INTERRUPTED", "run"]
