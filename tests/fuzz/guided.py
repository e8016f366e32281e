"""Coverage-guided changes for the text readers, by atheris (pip install atheris; Linux): what reaches new code is kept.

    python -m tests.fuzz.guided READER [--runs 20000] [--keep FOLDER]

Begins with the reader's good input. Ends with exit code 0, or at the first input that is neither read nor refused by
one clear line, takes more than 10 s or 1 GB; that input is left in FOLDER.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tsmf_live", "train"]):
    from tests.fuzz.readers import READERS
from tsmf_live.command import one_line, plain
from tsmf_live.frames import TsmfError

LONGEST = 20_000  # bytes
SLOW_S, MEMORY_MB = 10, 1_000


def main() -> None:
    names = [name for name, reader in READERS.items() if reader.kind in ("text", "json") and not reader.writes]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", choices=names, metavar="READER", help=", ".join(names))
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, default=Path())
    options = parser.parse_args()
    reader = READERS[options.reader]
    folder = Path(tempfile.mkdtemp())
    reader.make(folder)
    corpus = Path(tempfile.mkdtemp())
    (corpus / "good").write_bytes((folder / reader.target).read_bytes())
    reader.read(folder)  # what is imported late is imported now
    warnings.simplefilter("ignore")

    def read(data: bytes) -> None:
        (folder / reader.target).write_bytes(data)
        try:
            reader.read(folder)
        except TsmfError as error:
            if len(plain(one_line(error))) <= 10:
                raise AssertionError(f"no clear line: {error!r}") from error

    limits = [f"-runs={options.runs}", f"-max_len={LONGEST}", f"-timeout={SLOW_S}", f"-rss_limit_mb={MEMORY_MB}"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={options.keep}/", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
