"""A damaged color.mkv made whole: its intact clusters, with a new index, no picture encoded again."""

from __future__ import annotations

import os
import tempfile
from itertools import islice
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from tsmf_live.color_file import CONTAINER_OPTIONS, ColorFile
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH
from tsmf_live.sessions import matroska
from tsmf_live.sessions.matroska import Video

TRIED_PICTURES = 3  # decoded to see whether a borrowed header fits


def mend_video(path: Path, video: Video | None, mended: Path) -> bool:
    """Writes `mended` if the video needs it and can be mended; whether it did. OSError if it cannot be written."""
    if video is None or (video.header_good and video.has_index and not video.damaged and not video.cut):
        return False
    clusters = video.playable()
    if not clusters:
        return False
    clean = mended.with_suffix(".part")
    try:
        for header in _headers(path, video):
            _put_together(path, header, clusters, clean)
            if _decodes(clean) and _with_index(clean, mended):
                return True
    finally:
        clean.unlink(missing_ok=True)
    return False


def _headers(path: Path, video: Video) -> list[bytes]:
    """The video's own header, if it is good, and those of new videos of either codec."""
    headers = []
    if video.header_good:
        with path.open("rb") as file:
            headers.append(matroska.open_ended(file.read(video.header_ends)))
    for codec in ("h264", "ffv1"):
        with tempfile.TemporaryDirectory() as folder:
            other = Path(folder, path.name)
            color = ColorFile(other, codec)
            color.write(np.zeros((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8), 0.0, keyframe=True)
            color.close()
            headers.append(matroska.open_ended(other.read_bytes()[: matroska.scan(other).header_ends]))
    return headers


def _put_together(path: Path, header: bytes, clusters: list[matroska.Cluster], clean: Path) -> None:
    with path.open("rb") as damaged, clean.open("wb") as file:
        file.write(header)
        for cluster in tqdm(clusters, desc=path.name, unit="cluster", disable=None, leave=False):
            damaged.seek(cluster.begins)
            file.write(damaged.read(cluster.ends - cluster.begins))


def _decodes(path: Path) -> bool:
    """Whether the first pictures can be decoded without an error: the header fits."""
    try:
        with av.open(str(path), options={"err_detect": "explode"}) as container:
            pictures = container.decode(container.streams.video[0])
            return len(list(islice(pictures, TRIED_PICTURES))) > 0
    except (OSError, av.FFmpegError, IndexError):
        return False


def _with_index(clean: Path, mended: Path) -> bool:
    """Copies all packets into a file with an index; whether all of them arrived."""
    try:
        with av.open(str(clean)) as source, mended.open("wb") as file:
            with av.open(file, "w", format="matroska", container_options=CONTAINER_OPTIONS) as target:
                stream = target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.pts is not None:
                        packet.stream = stream
                        packet.dts = packet.pts  # no picture is stored out of order
                        target.mux(packet)
            file.flush()
            os.fsync(file.fileno())
    except av.FFmpegError as error:
        if error.errno and error.errno > 0 and isinstance(error, OSError):
            raise
        return False
    return matroska.scan(mended).times_ms() == matroska.scan(clean).times_ms()
