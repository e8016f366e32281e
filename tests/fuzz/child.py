"""The process that reads the changed inputs; says in JSON lines which case it begins and what became of it."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from random import Random

import torch
from tqdm import tqdm

from tests.fuzz.damage import KINDS
from tests.fuzz.readers import READERS, Reader
from tsmf_live.command import one_line, plain
from tsmf_live.frames import TsmfError

MEGABYTE = 1 << 20


class TooSlow(BaseException):
    """No reader catches it."""


class Master:
    """A reader's good input, and folders with one file of it changed."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self.reader, self.folder = reader, folder
        folder.mkdir()
        reader.make(folder)
        self.good = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def changed(self, random: Random) -> bytes:
        """The changed file; everything else is as it was."""
        if self.reader.writes:
            shutil.rmtree(self.folder)
            for name, content in self.good.items():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name).write_bytes(content)
        path = self.folder / self.reader.target
        data = KINDS[self.reader.kind](self.good[Path(self.reader.target)], random)
        path.unlink(missing_ok=True)  # a new one: the last one may still be mapped
        path.write_bytes(data)
        return data


def outcome(reader: Reader, folder: Path, slow_s: float, memory_mb: float) -> tuple[str, str]:
    """What becomes of an input, and what was said or went wrong."""
    before = _peak_mb(reset=True)
    began = time.monotonic()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", module="torch|networkx|tests")
        result = _read(reader, folder, slow_s)
    took_mb = _peak_mb() - before
    if result[0] in ("read", "refused") and time.monotonic() - began > slow_s:
        return "slow", f"{result[0]} {result[1]}"[:200]
    if result[0] in ("read", "refused") and took_mb > memory_mb:
        return "memory", f"{result[0]} {result[1]}"[:200]
    if result[0] in ("read", "refused") and warned:
        one = warned[0]
        return "warned", f"{Path(one.filename).name}:{one.lineno} {one.category.__name__}: {str(one.message)[:100]}"
    return result


def _read(reader: Reader, folder: Path, slow_s: float) -> tuple[str, str]:
    signal.setitimer(signal.ITIMER_REAL, slow_s)
    try:
        reader.read(folder)
    except TsmfError as error:
        line = plain(one_line(error))  # as a command tells it
        clear = len(line) > 10 and "Traceback" not in line
        return ("refused", line) if clear else ("unclear", f"{type(error).__name__} at {_place(error)}: {line[:300]!r}")
    except TooSlow as error:
        return "slow", _place(error)
    except SystemExit as error:
        return ("refused", "exit") if error.code == 2 else ("traceback", f"SystemExit {error.code!r:.100}")
    except BaseException as error:
        return "traceback", f"{type(error).__name__} at {_place(error)}: {' '.join(str(error).split())[:80]}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "read", ""


def _place(error: BaseException) -> str:
    """The last line of ours that an exception passed."""
    stack = traceback.extract_tb(error.__traceback__)
    ours = [one for one in stack if "/tsmf_live/" in one.filename or "/train/" in one.filename] or stack
    return f"{'/'.join(Path(ours[-1].filename).parts[-2:])}:{ours[-1].lineno}"


def _peak_mb(reset: bool = False) -> float:
    """Most memory that this process had, since the last reset where the system can forget (Linux)."""
    if reset:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    try:
        lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
        return float(lines["VmHWM"].split()[0]) / 1024
    except (OSError, KeyError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _limit_memory(extra_mb: float) -> None:
    """A reader that takes far too much memory fails here, not the whole machine."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = used + int(extra_mb * MEGABYTE)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _too_slow(*_: object) -> None:
    raise TooSlow


def main() -> None:
    names, first, cases, seed, slow_s, memory_mb, keep = sys.argv[1:]
    tqdm.monitor_interval = 0
    torch.set_num_threads(1)
    signal.signal(signal.SIGALRM, _too_slow)
    said = sys.stdout
    sys.stdout = sys.stderr
    with tempfile.TemporaryDirectory() as scratch:
        for place, name in enumerate(names.split(",")):
            reader, begin = READERS[name], int(first) if place == 0 else 0
            print(json.dumps({"reader": name, "case": begin}), file=said, flush=True)
            master = Master(reader, Path(scratch) / name.replace(" ", "-"))
            reader.read(master.folder)  # what is imported late is imported now
            if place == 0:
                _limit_memory(8 * float(memory_mb))
            for case in range(begin, int(cases)):
                print(json.dumps({"reader": name, "case": case}), file=said, flush=True)
                data = master.changed(Random(f"{seed} {name} {case}"))
                result, text = outcome(reader, master.folder, float(slow_s), float(memory_mb))
                text = text.replace(scratch, "")
                if keep and result not in ("read", "refused"):
                    Path(keep).mkdir(parents=True, exist_ok=True)
                    (Path(keep) / f"{name.replace(' ', '-')}-{case}-{Path(reader.target).name}").write_bytes(data)
                print(
                    json.dumps({"reader": name, "case": case, "outcome": result, "said": text}), file=said, flush=True
                )
            shutil.rmtree(master.folder)


if __name__ == "__main__":
    main()
