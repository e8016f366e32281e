"""Deletes sessions for good, with every copy of their files that repairs, blurring or killed processes left."""

from __future__ import annotations

from pathlib import Path

from tsmf_live.files import remove
from tsmf_live.frames import RecordingError
from tsmf_live.recording.copies import copies
from tsmf_live.recording.examine import require_session
from tsmf_live.recording.folder import FILES, discard


def delete(folder: Path) -> str:
    """Deletes a session, and its folder if nothing else is in it; says in words what was deleted and what is left.

    The copies go first: a session that is half deleted still says by its other files that it is one.

    Raises:
        SourceError: no session.
        RecordingError: a file cannot be deleted.
    """
    require_session(folder)
    try:
        kept = copies(folder, FILES)
        for path in kept:
            remove(path)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be deleted ({error.strerror}); delete it yourself") from error
    discard(folder)
    also = f" and {len(kept)} copies of its files" if kept else ""
    left = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return f"deleted{also}" + (f"; the folder still holds {', '.join(left)}" if left else "")
