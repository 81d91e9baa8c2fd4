"""Build the Containerfile without a container engine, and run the image as OpenShift does: any user, read-only.

The first stage's commands run as written, with this machine's Python and a folder of the test as /opt. The container is
this machine's /usr with the second stage's copies, in its own mount namespace, which needs root.
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

USER = 1000660000  #: a user ID as OpenShift assigns it; no account has this ID, and its group is 0

# The mounts exist only in this namespace. $1 is the folder of the image; the other arguments are a command.
_BUILD = 'mount --bind "$1/opt" /opt; cd "$1/src"; shift; exec "$@"'
# $1 is the image's folder, $2 the folder for /tmp, $3 the user, $4 Python's folder; the other arguments are a command.
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
    """Build both stages below a folder, without FROM, ENV, USER and the installation of Debian packages."""
    require_linux("mount namespaces")
    before = os.umask(0o022)  # a container engine's umask, whatever the user's umask is
    try:
        return _built(folder)
    finally:
        os.umask(before)


def _built(folder: Path) -> Path:
    for it in ("opt/tools/helm-4.2.3", "src", "bin-of-the-image"):
        (folder / it).mkdir(parents=True)
    for it in ("usr", "dev", "proc", "tmp", sys.base_prefix.lstrip("/")):  # mount points
        (folder / it).mkdir(parents=True, exist_ok=True)
    for it in ("bin", "lib", "lib64", "sbin"):
        (folder / it).symlink_to(f"usr/{it}")
    folder.chmod(0o755)
    shutil.copy(binary("helm-4.2.3"), folder / "opt/tools/helm-4.2.3")  # avoids a second download
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
    """Run the script of a RUN instruction, with this machine's Python as `python`."""
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
    """Return the environment variables that the first stage sets."""
    words = [word for it in stages()[0] if it.name == "ENV" for word in it.words()]
    return dict(word.split("=", 1) for word in words)


def sources(instruction: Instruction) -> tuple[list[str], str]:
    """Return the sources and the target of a COPY instruction."""
    *found, target = [word for word in instruction.words() if not word.startswith("--")]
    return found, target


def _copy(instruction: Instruction, origin: Path, target: Path) -> None:
    found, to = sources(instruction)
    # The image's programs cannot go to /usr/local/bin, because this folder is the machine's own.
    place = target / to.lstrip("/").replace("usr/local/bin", "bin-of-the-image")
    for source in (origin / it.lstrip("/") for it in found):
        if source.is_dir() and source != place:
            shutil.copytree(source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            file = place / source.name if to.endswith("/") else place
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, file)
    # As in a checkout without a strict umask, everybody may read all that the owner may read.
    subprocess.run(["chmod", "--recursive", "go=u-w", place], check=True)


def running(image: Path, home: Path) -> list[str]:
    """Return a command prefix that runs a command in the image, with a folder as /tmp.

    The working directory must be in this folder.
    """
    options = [str(image), str(home), str(USER), sys.base_prefix]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-euc", _RUN, "sh", *options]
