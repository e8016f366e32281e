"""Symbolic links, where the system makes them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest


def _can_link() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder, "link")
        try:
            link.symlink_to(Path(folder, "nowhere"))
        except OSError:  # Windows: not for everybody
            return False
        return link.is_symlink()  # wine 8 says that it made one


needs_links = pytest.mark.skipif(not _can_link(), reason="no symbolic links for this user of this system")
