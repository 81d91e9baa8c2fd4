"""Run a config management plugin as argocd-cmp-server does: archive, random folder, process group and deadline."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.patience import HANG, has_ended

Parameters = Sequence[Mapping[str, Any]] | None


class Plugin(NamedTuple):
    """A sidecar container of the repo-server: its plugin.yaml, environment, and folder for unpacked repositories."""

    file: Path
    environment: Mapping[str, str]
    workdir: Path
    wrapper: Sequence[str] = ()  #: a command that starts the container, in place of a container runtime

    def spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = yaml.load(self.file.read_bytes(), yaml.CSafeLoader)["spec"]
        return spec

    def start(self, repository: Path, request: Mapping[str, str], path: str = ".", command: str = "generate") -> Call:
        """Unpack a repository, and run a command from plugin.yaml in the application's folder."""
        spec = self.spec()
        named = spec["parameters"]["dynamic"] if command == "parameters" else spec[command]
        folder = self.workdir / "_cmp_server" / secrets.token_hex(16)
        _unpack(_packed(repository), folder, keep_modes=bool(spec.get("preserveFileMode")))
        argv = [*self.wrapper, self._program(named["command"][0]), *named["command"][1:], *named.get("args", [])]
        # If a variable is set twice, the request's value is used.
        settings: dict[str, Any] = {"cwd": folder / path, "env": {**self.environment, **request}}
        before = _files(folder)
        # A new session also has a new process group.
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            **settings,
        )  # fmt: skip
        return Call(process, argv, folder, before)

    def _program(self, name: str) -> str:
        """Find a program as the server does: on the server's own PATH, before it changes the working directory."""
        if self.wrapper:  # the container has another PATH
            return name
        absolute = (folder for folder in self.environment["PATH"].split(os.pathsep) if os.path.isabs(folder))
        # Go does not run a program that it finds through a relative entry.
        program = shutil.which(name, path=os.pathsep.join(absolute))
        assert program, f"no {name} on the PATH"
        return program


class Answer(NamedTuple):
    """The result of a command."""

    status: int  #: negative: the number of the signal that ended the command
    stdout: str  #: without the last line break
    stderr: str
    error: str  #: the error that Argo CD shows; empty if the status is 0
    changed: list[str]  #: the changed files of the unpacked repository
    alive: list[int]  #: the processes of the group that still run after the command has ended
    killed: bool  #: SIGTERM was not enough


class Call(NamedTuple):
    """A running command."""

    process: subprocess.Popen[bytes]
    argv: Sequence[str]
    folder: Path
    before: dict[str, str]

    def answer(self, deadline: float = HANG) -> Answer:
        """Wait for the command to end. At the deadline, send SIGTERM to the group, and SIGKILL after a grace period.

        In Argo CD the grace period is five seconds. It is much longer here, so that only a program that waits forever
        uses it up.
        """
        stdout, stderr, killed = self._wait(deadline)
        status = self.process.returncode
        text = stdout.decode()
        said = stderr.decode().strip()
        reason = f"signal: {signal.strsignal(-status)}".lower() if status < 0 else f"exit status {status}"
        error = f"`{' '.join(self.argv)}` failed {reason}: {said}" if status else ""
        after = _files(self.folder)
        changed = sorted(name for name in {*self.before, *after} if self.before.get(name) != after.get(name))
        alive = _alive(self.process.pid)
        return Answer(status, text.removesuffix("\n"), said, error, changed, alive, killed)

    def _wait(self, deadline: float) -> tuple[bytes, bytes, bool]:
        try:
            return (*self.process.communicate(timeout=deadline), False)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            return (*self.process.communicate(timeout=HANG), False)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        return (*self.process.communicate(), True)


def request(
    parameters: Parameters = None, *, app: str = "spk", namespace: str = "spk-ingress", path: str = ".", **more: str
) -> dict[str, str]:
    """Return the variables that the repo-server sends; if there are no parameters, Argo CD sends `null`."""
    return {
        "ARGOCD_APP_NAME": app,
        "ARGOCD_APP_NAMESPACE": namespace,
        "ARGOCD_APP_PROJECT_NAME": "default",
        "ARGOCD_APP_REVISION": "5f1d2c3b4a59687756453423120190abcdefabcd",
        "ARGOCD_APP_REVISION_SHORT": "5f1d2c3",
        "ARGOCD_APP_REVISION_SHORT_8": "5f1d2c3b",
        "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example.com/lab/spk.git",
        "ARGOCD_APP_SOURCE_PATH": path,
        "ARGOCD_APP_SOURCE_TARGET_REVISION": "main",
        "KUBE_VERSION": "1.31.0",
        "KUBE_API_VERSIONS": "v1,apps/v1,apps/v1/Deployment,cluster.example.com/v1,cluster.example.com/v1/Widget",
        "ARGOCD_APP_PARAMETERS": json.dumps(parameters),
        **_lossy(parameters or ()),
        **more,
    }


def _lossy(parameters: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the `PARAM_<NAME>` variables that Argo CD sends with the JSON, if a variable can hold the value."""
    found = {}
    for given in parameters:
        name = "PARAM_" + "".join(it if it.isascii() and it.isalnum() else "_" for it in str(given.get("name"))).upper()
        if isinstance(given.get("string"), str) and "\0" not in given["string"]:
            found[name] = given["string"]
    return found


def _packed(repository: Path) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for path in sorted(repository.rglob("*")):
            tar.add(path, path.relative_to(repository).as_posix(), recursive=False)
    return archive.getvalue()


def _unpack(archive: bytes, folder: Path, *, keep_modes: bool) -> None:
    """Unpack an archive.

    Folders get mode 0755 and files 0644, unless modes are kept. Links are kept: Argo CD itself refuses links that lead
    out of the repository.
    """
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)  # from Python 3.11.4 on
        for member in tar:
            if not member.issym():
                member.mode = 0o755 if member.isdir() else member.mode if keep_modes else 0o644
            tar.extract(member, folder)


def _files(folder: Path) -> dict[str, str]:
    """Return every path below a folder, with data that shows whether the file has changed."""
    return {path.relative_to(folder).as_posix(): _state(path) for path in sorted(folder.rglob("*"))}


def _state(path: Path) -> str:
    if path.is_symlink():
        return f"link {os.readlink(path)}"
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return f"{path.stat().st_mode:o} {content}"


def _alive(group: int) -> list[int]:
    """Return the running processes of a group, without ended processes that their parent has not waited for."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            state, _, its_group = (process / "stat").read_text().rpartition(") ")[2].split()[:3]
        except (OSError, ValueError):  # not a process, or a process that has just ended
            continue
        if int(its_group) == group and state != "Z" and not has_ended(int(process.name)):
            found.append(int(process.name))
    return found
