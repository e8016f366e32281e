"""python -m train.prepare: see `command`."""

from train.prepare.command import main
from tsmf_live import command

if __name__ == "__main__":
    command.run(main)
