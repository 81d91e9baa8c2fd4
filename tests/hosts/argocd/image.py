"""Makes of the Containerfile what can be made without an engine, and runs it as OpenShift would: any user, read-only.

What the first stage runs is run as it stands, with this machine's Python and a folder of the test's as /opt. The
container is this machine's /usr with what the second stage copies, in a mount namespace of its own; that needs root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.hosts.argocd.container import ROOT, Instruction, stages
from tests.machine import require_linux
from tools.binaries import OF_THE_CALLER, binary

USER = 1000660000  #: as OpenShift picks them; no file knows it, and its group is 0

# Mounts only in its own namespace. $1 is the folder of the image; the rest is a command.
_BUILD = 'mount --bind "$1/opt" /opt; cd "$1/src"; shift; exec "$@"'
# $1 is the folder of the image, $2 the folder for /tmp, $3 the user, $4 where Python is; the rest is a command.
_RUN = """\
image=$1 tmp=$2 user=$3 python=$4 here=$(realpath --relative-to="$2" .); shift 4
mount --bind "$image" "$image"; cd "$image"
for it in /usr /dev /proc "$python"; do mount --bind $it ".$it"; done
mount --bind bin-of-the-image usr/local/bin
mount --bind "$tmp" tmp
for it in . usr usr/local/bin ".$python"; do mount -o remount,bind,ro $it; done
chown -R $user:0 tmp
enter='cd "/tmp/$0"; exec "$@"'
exec setpriv --no-new-privs /usr/sbin/chroot --userspec=$user:0 --groups= "$image" sh -c "$enter" "$here" "$@"
"""


def build(folder: Path) -> Path:
    """Carry out both stages below a folder; FROM, ENV, USER and what installs Debian's packages are left out."""
    require_linux("mount namespaces")
    before = os.umask(0o022)  # an engine's, whatever the user's is
    try:
        return _built(folder)
    finally:
        os.umask(before)


def _built(folder: Path) -> Path:
    for it in ("opt/tools/helm-4.2.3", "src", "bin-of-the-image"):
        (folder / it).mkdir(parents=True)
    for it in ("usr", "dev", "proc", "tmp", sys.base_prefix.lstrip("/")):  # where something is mounted
        (folder / it).mkdir(parents=True, exist_ok=True)
    for it in ("bin", "lib", "lib64", "sbin"):
        (folder / it).symlink_to(f"usr/{it}")
    folder.chmod(0o755)
    shutil.copy(binary("helm-4.2.3"), folder / "opt/tools/helm-4.2.3")  # so that it is not fetched once more
    first, last = stages()
    for instruction in first:
        if instruction.name == "COPY":
            _copy(instruction, ROOT, folder / "src")
        if instruction.name == "RUN":
            _run_first_stage(folder, instruction.rest)
    for instruction in last:
        if instruction.name == "COPY":
            _copy(instruction, folder if "--from=build" in instruction.words() else ROOT, folder)
    return folder


def _run_first_stage(folder: Path, script: str) -> None:
    """Run what a RUN says, with this machine's Python as `python`."""
    python = folder / "python" / "python"
    if not python.exists():
        python.parent.mkdir()
        python.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python{sys.version_info[0]} "$@"\n')
        python.chmod(0o755)
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment = {**mine, **OF_THE_CALLER, **_pip(), "PATH": f"{python.parent}:{os.environ['PATH']}"}
    command = ["unshare", "--mount", "sh", "-euc", _BUILD, "sh", str(folder), "sh", "-euc", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"


def _pip() -> dict[str, str]:
    """The variables that the first stage sets."""
    words = [word for it in stages()[0] if it.name == "ENV" for word in it.words()]
    return dict(word.split("=", 1) for word in words)


def sources(instruction: Instruction) -> tuple[list[str], str]:
    """What a COPY copies, and where to."""
    *found, target = [word for word in instruction.words() if not word.startswith("--")]
    return found, target


def _copy(instruction: Instruction, origin: Path, target: Path) -> None:
    found, to = sources(instruction)
    # The programs of the image cannot stand in /usr/local/bin, which is this machine's.
    place = target / to.lstrip("/").replace("usr/local/bin", "bin-of-the-image")
    for source in (origin / it.lstrip("/") for it in found):
        if source.is_dir() and source != place:
            shutil.copytree(source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            file = place / source.name if to.endswith("/") else place
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, file)
    # As in a checkout without a strict umask: everybody may read what its owner may.
    subprocess.run(["chmod", "--recursive", "go=u-w", place], check=True)


def running(image: Path, home: Path) -> list[str]:
    """Words that run a command in the image, with a folder as /tmp; the working directory must be in that folder."""
    options = [str(image), str(home), str(USER), sys.base_prefix]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-euc", _RUN, "sh", *options]
