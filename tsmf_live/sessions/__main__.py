"""python -m tsmf_live.sessions COMMAND DIR ...

A command is a module of this package with `add_parser(subparsers)`, which ends in `parser.set_defaults(run=run)`, and
`run(args) -> int`, which returns 0 (good) or 1 (findings); it stands in COMMANDS. Errors are TsmfErrors.
What takes long to import is imported within `run`; what takes long to do shows `tqdm(..., disable=None)`.
"""

from __future__ import annotations

import argparse

from tsmf_live.command import OneLineParser
from tsmf_live.command import run as run_command
from tsmf_live.sessions import (
    annotate,
    blur,
    check,
    export_ntu,
    export_pickle,
    export_pku,
    import_ntu,
    import_pickle,
    import_pku,
    info,
    mend,
    strip,
)

#: In the order in which --help lists them.
COMMANDS = (
    info,
    check,
    mend,
    annotate,
    export_ntu,
    export_pku,
    export_pickle,
    import_ntu,
    import_pku,
    import_pickle,
    blur,
    strip,
)

CODES = "exit codes: 0 good, 1 findings, 2 usage, 3 not a session, 5 cannot be written, 130 interrupted"
EXAMPLE = "example: python -m tsmf_live.sessions verify STUDY/take-*"


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = OneLineParser(
        prog="python -m tsmf_live.sessions",
        description="Looks after recorded sessions.",
        epilog=f"{EXAMPLE}\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; its exit code, or a TsmfError."""
    args = make_parser().parse_args(arguments)
    return args.run(args)


if __name__ == "__main__":
    run_command(main)
