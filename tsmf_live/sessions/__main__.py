"""python -m tsmf_live.sessions COMMAND DIR ...

Commands stand in the modules of this package with `add_parsers(subparsers)`; each command's parser ends in
`parser.set_defaults(run=...)`, a function of its arguments that returns 0 (good) or 1 (findings). It makes one call
and prints the result: the work is done in `recording` and `exchange`. Errors are TsmfErrors.
What takes long to import is imported within the function; what takes long to do shows `tqdm(..., disable=None)`.
"""

from __future__ import annotations

import argparse

from tsmf_live.command import OneLineParser
from tsmf_live.command import run as run_command
from tsmf_live.sessions import annotate, check, exchange, hide, info, inspect

#: In the order in which --help lists their commands.
MODULES = (info, check, annotate, inspect, exchange, hide)

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
    for module in MODULES:
        module.add_parsers(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; its exit code, or a TsmfError."""
    args = make_parser().parse_args(arguments)
    return args.run(args)


if __name__ == "__main__":
    run_command(main)
