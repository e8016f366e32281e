"""A damaged color.mkv made whole: its intact clusters, with a new index, no picture encoded again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from tsmf_live.files import create, remove, sync
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH
from tsmf_live.recording import matroska
from tsmf_live.recording.color_file import CONTAINER_OPTIONS, ColorFile, EncodedFile
from tsmf_live.recording.folder import COLOR_FILE
from tsmf_live.recording.matroska import Video
from tsmf_live.recording.video import DECODER_ERRORS, open_video

UNFINISHED_VIDEO = f"{COLOR_FILE}.part"  # the intact clusters, before they have an index
ENCODERS = (("h264", "ultrafast"), ("ffv1", "ultrafast"), ("h264", "veryfast"))  # of recordings; of `blur` and `strip`
TRIED_PICTURES = 3  # decoded to see whether a borrowed header fits


def mend_video(path: Path, video: Video | None, mended: Path) -> bool:
    """Writes `mended` if the video needs it and can be mended; whether it did. OSError if it cannot be written."""
    if video is None or (video.header_good and video.has_index and not video.damaged and not video.cut):
        return False
    clusters = video.playable()
    if not clusters:
        return False
    clean = path.with_name(UNFINISHED_VIDEO)
    try:
        for header in _headers(path, video):
            remove(clean)
            remove(mended)
            _put_together(path, header, clusters, clean)
            if _decodes(clean) and _with_index(clean, mended):
                return True
    finally:
        remove(clean)
    return False


def _headers(path: Path, video: Video) -> Iterator[bytes]:
    """Headers to be tried: the video's own, with one byte changed back, behind a new beginning; then new ones."""
    with path.open("rb") as file:
        own = file.read(video.header_ends)
    if video.header_good:
        yield matroska.open_ended(own)
    elif (as_it_was := matroska.one_byte_back(own)) is not None:
        yield matroska.open_ended(as_it_was)
    for codec, preset in ENCODERS:
        with tempfile.TemporaryDirectory() as folder:
            other = Path(folder, path.name)
            color = ColorFile(other, codec, preset)
            color.write(np.zeros((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8), 0.0, keyframe=True)
            color.close()
            new = matroska.open_ended(other.read_bytes()[: matroska.scan(other).header_ends])
        begins = matroska.content_begins(new)
        if matroska.is_header(joined := new[:begins] + own[begins:]):
            yield matroska.open_ended(joined)
        yield new


def _put_together(path: Path, header: bytes, clusters: list[matroska.Cluster], clean: Path) -> None:
    with path.open("rb") as damaged, create(clean) as file:
        file.write(header)
        for cluster in tqdm(clusters, desc=path.name, unit="cluster", disable=None, leave=False):
            damaged.seek(cluster.begins)
            file.write(damaged.read(cluster.ends - cluster.begins))


def _decodes(path: Path) -> bool:
    """Whether the first pictures can be decoded without an error, and are as large as ours: the header fits."""
    try:
        with path.open("rb") as file, open_video(file, err_detect="explode") as container:
            stream = container.streams.video[0]
            pictures = list(islice(container.decode(stream), TRIED_PICTURES))
            sizes = {(stream.width, stream.height), *((picture.width, picture.height) for picture in pictures)}
            return bool(pictures) and sizes == {(COLOR_WIDTH, COLOR_HEIGHT)}
    except (*DECODER_ERRORS, AttributeError):  # AttributeError: there is no such codec
        return False


def _with_index(clean: Path, mended: Path) -> bool:
    """Copies all packets into a file with an index; whether all of them arrived. OSError if it cannot be written."""
    try:
        with clean.open("rb") as file, open_video(file) as source, create(mended) as written:
            encoded = EncodedFile(written)
            with av.open(encoded, "w", format="matroska", container_options=CONTAINER_OPTIONS) as target:
                stream = target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.pts is not None:
                        packet.stream = stream
                        packet.dts = packet.pts  # no picture is stored out of order
                        target.mux(packet)
            encoded.check()
            sync(written)
    except (av.FFmpegError, ValueError, ArithmeticError, LookupError) as error:
        if isinstance(error, OSError) and error.errno and error.errno > 0:
            raise
        return False
    return matroska.scan(mended).times_ms() == matroska.scan(clean).times_ms()
