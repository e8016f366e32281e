"""A machine that has nothing: an empty Debian by debootstrap, and in it README's commands, word for word; a table.

    python -m tests.measure.fresh_machine FOLDER                       Linux, as root; needs debootstrap
    python -m tests.measure.fresh_machine FOLDER --host-settings       with this machine's pip and apt settings

The commands are those of README for a bare Debian: the system's packages, installing and running, and the tests (left
out by --no-tests). They run as an ordinary user, but for the packages, in a copy of what is committed. Nothing of this
machine is seen there but /proc and, if asked for, where its package indexes are. The program has no display, so it
plays the sample headless. Exit code 1 if a command fails. The folder is left: remove it when it was looked at.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fakes import ROOT

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
USER = "newcomer"
LIMIT_S = 3 * 3600.0
SETTINGS = ("/etc/pip.conf", "/etc/resolv.conf", "/etc/hosts")
SETTING_FOLDERS = ("/etc/apt/apt.conf.d", "/etc/ssl/certs", "/usr/local/share/ca-certificates")


def commands(readme: str) -> Iterator[tuple[str, str, str]]:
    """README's commands: (name, user, command)."""
    indented = [line.strip() if line.startswith("    ") else "" for line in readme.splitlines()]
    joined = "\n".join(indented).replace("\\\n", " ").splitlines()
    packages = next(line for line in joined if line.startswith("apt-get install"))
    yield "system packages", "root", f"apt-get update && {packages}"
    install, test = (line for line in joined if line.startswith("python3 -m venv"))
    yield "install and run", USER, install
    yield "tests", USER, test


def make_root(root: Path, suite: str, mirror: str, host_settings: bool) -> None:
    """An empty Debian with a copy of the project in the user's home."""
    subprocess.run(["debootstrap", "--variant=minbase", suite, str(root), mirror], check=True)
    if host_settings:
        for place in SETTINGS:
            if Path(place).is_file():
                shutil.copy(place, root / place[1:])
        for place in SETTING_FOLDERS:
            if Path(place).is_dir():
                shutil.copytree(place, root / place[1:], dirs_exist_ok=True, ignore=shutil.ignore_patterns("docker*"))
    subprocess.run(["chroot", str(root), "useradd", "--create-home", USER], check=True)
    home = root / "home" / USER / "tsmf_live"
    home.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "x", "-C", str(home)], input=archive, check=True)
    subprocess.run(["chroot", str(root), "chown", "-R", f"{USER}:", f"/home/{USER}"], check=True)


def run_in(root: Path, user: str, command: str, host_settings: bool, log: Path) -> int:
    """Runs a command there; its exit code. What it says goes into the log."""
    kept = {name: value for name, value in os.environ.items() if host_settings and name.startswith("PIP_")}
    kept.pop("PIP_FIND_LINKS", None)  # a folder of this machine
    said = " ".join(f"{name}='{value}'" for name, value in kept.items())
    inside = f"mount -t proc proc /proc; su {user} -c 'cd /home/{USER}/tsmf_live && {{ {command} ; }}'"
    if said:
        inside = f"export {said}; {inside.replace('su ', 'su --preserve-environment ')}"
    clean = [
        "env",
        "-i",
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/tmp",
        "LANG=C.UTF-8",
        "DEBIAN_FRONTEND=noninteractive",
    ]
    with log.open("wb") as file:
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", *clean, "chroot", str(root), "/bin/sh", "-c", inside],
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    return done.returncode


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="new; 8 GB")
    parser.add_argument("--suite", default=SUITE)
    parser.add_argument("--mirror", default=MIRROR)
    parser.add_argument("--host-settings", action="store_true", help="pip's and apt's of this machine go along")
    parser.add_argument("--no-tests", action="store_true")
    options = parser.parse_args(arguments)
    if shutil.which("debootstrap") is None or os.geteuid() != 0:
        print("needs root, and: apt-get install debootstrap", file=sys.stderr)
        return 2
    root = options.folder / "root"
    root.mkdir(parents=True)
    make_root(root, options.suite, options.mirror, options.host_settings)
    bad = 0
    for name, user, command in commands((ROOT / "README.md").read_text(encoding="utf-8")):
        if name == "tests" and options.no_tests:
            continue
        began_s, log = time.monotonic(), options.folder / f"{name}.log"
        code = run_in(root, user, command, options.host_settings, log)
        last = (log.read_text(errors="replace").strip().splitlines() or [""])[-1]
        print(
            f"{'ok ' if code == 0 else 'BAD'} {name}: code {code}, {time.monotonic() - began_s:.0f} s: {last[:160]}",
            flush=True,
        )
        bad += code != 0
        if code != 0:
            break
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
