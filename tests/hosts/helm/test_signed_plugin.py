"""Package and sign the plugin folder: Helm 4 verifies and installs it, and refuses a changed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from postrender import __version__
from tests.hosts.helm.objects import CONVERTED, EXAMPLE, Run, Template, helm_4
from tests.hosts.helm.openpgp import rings

pytestmark = [pytest.mark.hosts, helm_4]

NAME = f"spk-macvlan-{__version__}.tgz"
PUBLIC = "public.gpg"


@pytest.fixture
def package(run: Run, version: str, tmp_path: Path) -> Path:
    """Package the plugin as its page describes, sign it with a temporary key, and put the key rings beside it."""
    secret, public = rings("Throw Away <throw-away@example.com>")
    (tmp_path / "secret.gpg").write_bytes(secret)
    (tmp_path / PUBLIC).write_bytes(public)
    assert run("spk-macvlan", "helm-plugin", "plugins").returncode == 0
    signing = ["--sign", "--key", "throw-away", "--keyring", "secret.gpg"]
    done = run(version, "plugin", "package", "plugins/spk-macvlan", *signing)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"{NAME}.prov").is_file()
    return tmp_path / NAME


def changed(package: Path) -> None:
    """Flip one bit in the middle of the package."""
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 1
    package.write_bytes(data)


@pytest.mark.usefixtures("package")
def test_helm_verifies_the_package(run: Run, version: str) -> None:
    done = run(version, "plugin", "verify", NAME, "--keyring", PUBLIC)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Throw Away" in done.stdout


@pytest.mark.parametrize("verb", ["verify", "install"])
def test_helm_refuses_a_changed_byte(run: Run, version: str, package: Path, verb: str) -> None:
    changed(package)
    done = run(version, "plugin", verb, NAME, "--keyring", PUBLIC)
    assert done.returncode == 1
    assert "sha256 sum does not match" in done.stderr


def test_helm_refuses_another_key(run: Run, version: str, package: Path) -> None:
    package.with_name(PUBLIC).write_bytes(rings("Somebody Else <else@example.com>").public)
    done = run(version, "plugin", "verify", NAME, "--keyring", PUBLIC)
    assert done.returncode == 1
    assert "signature made by unknown entity" in done.stderr


def test_helm_installs_the_package_and_renders_with_it(
    run: Run, template: Template, version: str, package: Path
) -> None:
    data = package.with_name("data")
    # Helm installs below its data folder, even if HELM_PLUGINS is set.
    homes = {"HELM_DATA_HOME": str(data), "HELM_PLUGINS": str(data / "plugins")}
    done = run(version, "plugin", "install", NAME, "--keyring", PUBLIC, **homes)
    assert done.returncode == 0, done.stderr
    rendered = run(version, "template", "rel", EXAMPLE, *CONVERTED, **homes)
    assert (rendered.stdout, rendered.stderr) == (template(version, EXAMPLE, *CONVERTED), "")
    assert "signed" in run(version, "plugin", "list", **homes).stdout.split()
