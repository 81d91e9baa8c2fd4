"""What real programs say is found, however it is worded, and nothing else is."""

from __future__ import annotations

import pytest

from postrender.manual import Entry, search
from postrender.manual.entries import ENTRIES
from tests.manual.recorded import Recorded, recorded

RECORDED = recorded()


def named(beginning: str) -> Entry:
    """The one entry whose first message begins so."""
    (found,) = (entry for entry in ENTRIES if entry.seen[0].startswith(beginning))
    return found


def test_enough_is_recorded_of_every_program() -> None:
    programs = {it.program.rpartition(" ")[0] for it in RECORDED}
    assert programs == {
        *("Helm", "kubectl", "kustomize", "kube-apiserver", "kube-scheduler", "Multus", "macvlan", "Argo CD", "Flux")
    }
    assert len({(it.asked, it.text) for it in RECORDED}) == len(RECORDED) > 75


@pytest.mark.parametrize("said", [pytest.param(it, id=f"{it.program}: {it.asked}") for it in RECORDED])
def test_what_a_program_said_is_found_first(said: Recorded) -> None:
    first, *others = search.known(said.text)
    assert first == named(said.entry)
    assert all(entry.around for entry in others)


# Other words


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        pytest.param('failed to lookup master "enp1s0"', "failed to lookup master", id="a-part-of-it"),
        pytest.param("could not look up the master: link not found", "failed to lookup master", id="other-words"),
        pytest.param("INSUFFICIENT HUGEPAGES-1Gi", "Insufficient hugepages", id="capitals-and-a-size"),
        pytest.param("insufficient: hugepages", "Insufficient hugepages", id="punctuation"),
        pytest.param("mapping key 'env' is already defined", "yaml: unmarshal errors: line …: map", id="quotes"),
        pytest.param("invalid ownership metadata", "exists and cannot be imported", id="the-middle-of-it"),
        pytest.param('duplicate entries for key [name="A_B_C_D"]', "failed to create typed", id="its-end"),
        pytest.param("duplicate entry for key", "failed to create typed", id="singular"),
        pytest.param('plugin {Name: "x", Type: "postrenderer/v2"} was not found', "plugin: {Name:", id="a-version"),
        pytest.param("the post-renderer x produces an empty output", 'post-renderer "…" produced', id="present-tense"),
        pytest.param(
            'no matches for kind "NetworkAttachmentDefinition"', 'no matches for kind "Net', id="its-beginning"
        ),
        pytest.param("FailedCreatePodSandBox", "failed to create pod network sandbox", id="an-events-reason"),
        pytest.param("\x1b[31mError: produced empty output\x1b[0m", 'post-renderer "…" produced', id="colour"),
        pytest.param(
            r'level=ERROR msg="x\npost-renderer \"a\" produced empty output\n"',
            'post-renderer "…" produced',
            id="escaped-lines",
        ),
        pytest.param(
            "namespace isolation\nenabled, annotation\nviolates permission", "namespace isolation", id="wrapped"
        ),
    ],
)
def test_other_words_lead_to_the_same(text: str, entry: str) -> None:
    assert search.known(text) == (named(entry),)


def test_a_part_of_two_messages_leads_to_both() -> None:
    found = [entry.program for entry in search.known("executable file not found in $PATH")]
    assert found == ["Helm 3", "Helm 4", "kustomize"]


# What is not known

UNKNOWN = """\
Error: INSTALLATION FAILED: cannot re-use a name that is still in use
Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress
Error: UPGRADE FAILED: "spk" has no deployed releases
Error: INSTALLATION FAILED: Kubernetes cluster unreachable: Get "http://localhost:8080/version": connection refused
Error: chart requires kubeVersion: >=1.40 which is incompatible with Kubernetes v1.30.0
Error: template: spk/templates/x.yaml:3:5: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b
Error: found in Chart.yaml, but missing in charts/ directory: f5-tmm
Error from server (Forbidden): pods is forbidden: User "lab" cannot list resource "pods" in API group ""
The Deployment "f5-tmm" is invalid: spec.selector: Invalid value: field is immutable
failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: context deadline exceeded
Back-off restarting failed container f5-tmm in pod f5-tmm-6c9_spk-ingress
Failed to pull image "tmm-img:v5": rpc error: code = Unknown desc = failed to pull and unpack image: 401 Unauthorized
MountVolume.SetUp failed for volume "tls" : secret "grpc-svc" not found
Readiness probe failed: HTTP probe failed with statuscode: 503
0/3 nodes are available: 3 node(s) had volume node affinity conflict.
error validating "x.yaml": error validating data: unknown field "replica" in io.k8s.api.apps.v1.DeploymentSpec
exceeded quota: compute, requested: limits.cpu=2, used: limits.cpu=3, limited: limits.cpu=4
x509: certificate signed by unknown authority
fatal: unable to access 'https://example.com/': Could not resolve host: example.com
ModuleNotFoundError: No module named 'yaml'
no space left on device
how do I make coffee with this machine
""".splitlines()


@pytest.mark.parametrize("text", [*UNKNOWN, "", " ", "\0", "…", "not found", "network", "error: failed"])
def test_what_is_not_known_is_not_found(text: str) -> None:
    assert search.known(text) == ()


def test_all_of_it_together_is_not_known_either() -> None:
    assert search.known("\n".join(UNKNOWN)) == ()


def test_what_is_near_is_said_and_nothing_is_near_to_something_else() -> None:
    text = (
        "the verification of the plugin failed, the provenance of its file is not the one it was signed with yesterday"
    )
    assert (search.known(text), search.nearest(text)) == ((), named("plugin verification failed"))
    assert search.nearest("how do I make coffee with this machine") is None


# Several at once


def test_each_message_of_a_text_is_found_and_what_stands_around_them_comes_last() -> None:
    event = (
        "Warning  FailedCreatePodSandBox  12s  kubelet  Failed to create pod sandbox: rpc error: code = Unknown desc = "
        'failed to setup network for sandbox "5f2e": plugin type="multus" name="multus-cni-network" failed (add): '
        '[spk-ingress/f5-tmm-1:net-a]: error adding container to network "net-a": failed to lookup master "ens224": '
        "Link not found\n"
        "Warning  FailedScheduling  20s  default-scheduler  0/1 nodes are available: 1 Insufficient hugepages-2Mi."
    )
    assert search.known(event) == (
        named("failed to lookup master"),
        named("Insufficient hugepages"),
        named("failed to create pod network sandbox"),
    )


def test_a_message_of_ours_is_one_whatever_it_quotes() -> None:
    lines = (
        "Error: error while running post render on files: error while running command spk-macvlan. error output:\n"
        "spk-macvlan: <stdin>:4:3: spec.config: the stream already defines a, with another CNI config: mtu is 1 there\n"
        "spk-macvlan: no Deployment or DaemonSet f5-tmm in the stream, and no CNEInstance; check spec.tmm\n"
    )
    assert search.known(lines) == (named("the stream already"), named("no Deployment or"), named("wrong node kind"))


def test_order_and_repetition_do_not_matter() -> None:
    texts = [it.text for it in RECORDED]
    found = search.known("\n\n".join(texts * 2))
    assert set(found) == set(search.known("\n\n".join(reversed(texts)))) >= {named(it.entry) for it in RECORDED}
    assert len(set(found)) == len(found) > 20
