"""Test that the search finds messages of real programs in any wording, and finds nothing for other text."""

from __future__ import annotations

import re

import pytest

from postrender.manual import Entry, search
from postrender.manual.entries import ENTRIES
from tests.manual.recorded import Recorded, recorded

RECORDED = recorded()


def named(beginning: str) -> Entry:
    """Return the only entry whose first message starts with this text."""
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


# Tests of other wordings.


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
    found = [entry.program for entry in search.known("failed to load plugin")]
    assert found == ["Helm 3", "Helm 4"]


# Questions by people who do not know the project.

ASKED = [
    ('no matches for kind "MacvlanConversion" in version "spk-macvlan.internal/v1alpha1"', 'no matches for kind "Macv'),
    ('no matches for kind "MacvlanConversion"', 'no matches for kind "Macv'),
    (
        (
            'error: resource mapping not found for name: "" namespace: "" from "spk-macvlan.yaml": no matches for kind '
            '"MacvlanConversion" in version "spk-macvlan.internal/v1alpha1"\nensure CRDs are installed first'
        ),
        'no matches for kind "Macv',
    ),
    (
        (
            'network-attachment-definitions.k8s.cni.cncf.io is forbidden: User "dev" cannot create resource '
            '"network-attachment-definitions" in API group "k8s.cni.cncf.io" in the namespace "spk-ingress"'
        ),
        "… is forbidden: User",
    ),
    ('deployments.apps is forbidden: User "dev" cannot patch resource "deployments"', "… is forbidden: User"),
    ('no matches for kind "F5SPKVlan"', 'no matches for kind "F5'),
    ('no matches for kind "F5SPKVlan" in version "k8s.f5net.com/v1"\nensure CRDs are', 'no matches for kind "F5'),
    ('no matches for kind "F5SPKSnatpool" in version "k8s.f5net.com/v1"', 'no matches for kind "F5'),
    (
        (
            "networkattachmentdefinition.k8s.cni.cncf.io/macvlan-internal created\nerror: resource mapping not found "
            'for name: "a" namespace: "" from "STDIN": no matches for kind "F5SPKVlan" in version "k8s.f5net.com/v1"'
        ),
        'no matches for kind "F5',
    ),
    ("error: no objects passed to apply", "error: no objects"),
    ("error: no objects passed to create", "error: no objects"),
    (
        (
            'Error: INSTALLATION FAILED: Kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp '
            "[::1]:8080: connect: connection refused"
        ),
        "The connection to the server",
    ),
    ("Kubernetes cluster unreachable", "The connection to the server"),
    (
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
        "The connection to the server",
    ),
    ("Error: INSTALLATION FAILED: cannot re-use a name that is still in use", "cannot re-use"),
    (
        "Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use",
        "cannot re-use",
    ),
    ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", "another operation"),
    ("Error: unknown flag: --config", "unknown flag: --config"),
    ("unknown flag: --allow-no-target", "unknown flag: --config"),
    ("error: unknown flag: --enable-exec", "unknown flag: --enable-exec"),
    ('Error: INSTALLATION FAILED: create: failed to create: namespaces "lab-1" not found', 'namespaces "…" not'),
    ('Error from server (NotFound): namespaces "lab" not found', 'namespaces "…" not'),
    ("f5-tmm-1   0/3   CrashLoopBackOff   4 (12s ago)   3m", "CrashLoopBackOff"),
    ("Back-off restarting failed container f5-tmm in pod f5-tmm-6c9_spk-ingress", "CrashLoopBackOff"),
    ("f5-tmm-1   0/3   ImagePullBackOff   0   3m", "ImagePullBackOff"),
    ("ErrImagePull", "ImagePullBackOff"),
    ('Failed to pull image "tmm-img:v5": rpc error: code = Unknown desc = failed to pull: 401', "ImagePullBackOff"),
    (
        (
            'pods "f5-tmm-6c9-" is forbidden: unable to validate against any security context constraint: [provider '
            '"anyuid": Forbidden: not usable by user or serviceaccount]'
        ),
        "unable to validate",
    ),
    ("bash: spk-macvlan: command not found", "spk-macvlan: command"),
    ("sh: 1: spk-macvlan: not found", "spk-macvlan: command"),
    ("zsh: command not found: spk-macvlan", "spk-macvlan: command"),
    ("-bash: line 3: spk-macvlan: command not found", "spk-macvlan: command"),
]
OURS = [
    (
        "c.yaml:7:5: spec.networks[1].name: is listed twice; names must be unique",
        "spk-macvlan: FILE:LINE:COLUMN: spec.net",
    ),
    (
        "c.yaml:7:5: spec.networks[1].name: listed twice; names must be unique",
        "spk-macvlan: FILE:LINE:COLUMN: spec.net",
    ),
    ("c.yaml:3:3: spec.tmm.foo: unknown field; did you mean env?", "spk-macvlan: FILE:LINE:COLUMN: spec.…: unknown"),
    (
        "c.yaml:9:13: spec.patches[0].target: is empty, which would match every document; set kind or name",
        "spk-macvlan: FILE:LINE:COLUMN: spec.…: …",
    ),
    (
        "c.yaml:9:7: spec.patches[0].patch[0]: op test requires the field value; add it",
        "spk-macvlan: FILE:LINE:COLUMN: spec.…: …",
    ),
    ("c.yaml:3:3: spec.networks: must be a list, not a map", "spk-macvlan: FILE:LINE:COLUMN: spec.…: …"),
    ("c.yaml:3:3: spec.tmm.cpu: must be at most 4, not 5", "spk-macvlan: FILE:LINE:COLUMN: spec.…: …"),
    ("c.yaml:9:1: a second document starts here; the config must be one YAML document", "this file contains"),
    ("c.yaml: this file contains manifests, not an spk-macvlan config; pass it on standard input", "this file"),
    ("input and output are the same file, which the shell has emptied; write to another file", "input and output"),
    ("standard output is the config c.yaml, which the shell has emptied; restore the config", "input and output"),
    ("standard output is redirected to the config c.yaml, which the shell has emptied; restore", "input and output"),
    (
        "<stdin>:1:1: the stream is compressed (gzip); if it is a packaged chart, render it first",
        "this is a chart's values",
    ),
    (
        (
            "<stdin>:3:8: document 1 is not valid YAML: did not find expected node content; the line is from a "
            "template: render it first"
        ),
        "this is a chart's values",
    ),
    ("Helm uses the output as the release; remove check from --post-renderer-args", "Helm would use the output"),
    ("--network a=b,c=d: names more than one network; repeat --network for each", "spk-macvlan: unknown option"),
    ("--network x=y: not a network of the chart; use one of a, b", "spk-macvlan: unknown option"),
    ("chek is not a verb; to convert a file, use `spk-macvlan < FILE`", "spk-macvlan: unknown option"),
]


@pytest.mark.parametrize(("text", "entry"), ASKED)
def test_what_a_stranger_asked_is_found(text: str, entry: str) -> None:
    assert search.known(text) == (named(entry),)


@pytest.mark.parametrize(("text", "entry"), OURS)
def test_a_message_of_ours_leads_to_its_entry(text: str, entry: str) -> None:
    assert search.known(f"spk-macvlan: {text}") == (named(entry),)


# Tests of messages about other subjects.

KINDS = ["Deployment", "ServiceMonitor", "NetworkPolicy", "SriovNetwork", "Certificate", "Gateway", "ClusterPolicy"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_that_is_not_there_is_not_known(kind: str) -> None:
    short = f'no matches for kind "{kind}"'
    mapping = 'error: resource mapping not found for name: "a" namespace: "" from "STDIN":'
    for said in (f'{mapping} {short} in version "x.io/v1"\nensure CRDs are installed first', short):
        assert (search.known(said), search.nearest(said)) == ((), None)
        created = f"networkattachmentdefinition.k8s.cni.cncf.io/macvlan-internal created\n{said}"
        assert search.known(created) == ()


NAMING = [
    pytest.param(entry, message, found[0], id=f"{found[0]} in {message[:50]}")
    for entry in ENTRIES
    if entry.program != search.OUR_PROGRAM
    for message in (*entry.seen, *entry.also)
    for found in search.NAMED.finditer(message)
    if re.search("[A-Za-z]{2}", found[0].split()[-1])  # a version number contains no words
]


@pytest.mark.parametrize(("entry", "message", "name"), NAMING)
def test_a_message_about_something_else_is_not_taken_for_it(entry: Entry, message: str, name: str) -> None:
    beginning = "--" if name.startswith("--") else ""
    other = message.replace(name, f"{beginning}something").replace("k8s.f5", "k8s.g6")
    assert entry not in search.known(other)
    assert entry is not search.nearest(other)


ELSEWHERE = [
    ('exec: "docker": executable file not found in $PATH', 'failed to invoke post-renderer plugin "…": exec'),
    ('couldn\'t execute function: exec: "kpt": executable file not found in $PATH', 'exec: "spk-macvlan-krm"'),
    ("could not find template templates/service.yaml in chart", "could not find template"),
    (
        (
            "failed to create typed patch object (a/b; apps/v1, Kind=Deployment): .spec.template.spec.volumes: "
            'duplicate entries for key [name="a"]'
        ),
        "failed to create typed",
    ),
    (
        "ValidatingAdmissionPolicy 'a' with binding 'b' denied request: the image must be signed",
        "ValidatingAdmissionPolicy '…' with",
    ),
    ('network-attachment-definitions.k8s.cni.cncf.io "macvlan-internal" already exists', "cannot find a network"),
    ('services "f5" already exists', "plugin already exists"),
    ('no matches for kind "SriovNetwork" in version "sriovnetwork.openshift.io/v1"', "Insufficient openshift.io"),
    ('Error: chart "spk" not found', "this is a chart's values"),
    ('Error: plugin "foo" not found', "plugin: {Name:"),
    ('Error: plugin "foo" not found', 'failed to load plugin "…"'),
    ('secrets "a" not found in namespace b', 'namespaces "…" not'),
    ("bash: helm: command not found", "spk-macvlan: command"),
    ("unknown flag: --enable-helm", "unknown flag: --enable-exec"),
    ("unknown flag: --create", "unknown flag: --config"),
]


@pytest.mark.parametrize(("text", "entry"), ELSEWHERE)
def test_the_same_words_about_something_else_are_not_taken_for_it(text: str, entry: str) -> None:
    assert named(entry) not in search.known(text)
    assert named(entry) is not search.nearest(text)


def test_no_message_is_near_because_something_failed() -> None:
    for text in (
        "Error: INSTALLATION FAILED: timed out",
        "Error: UPGRADE FAILED: no",
        "Error from server (NotFound): x",
    ):
        assert (search.known(text), search.nearest(text)) == ((), None)


def test_the_name_of_a_nic_is_no_message() -> None:
    assert search.known("THE-SHARED-NIC") == ()


# Messages of spk-macvlan itself that have no entry.


@pytest.mark.parametrize("before", ["", "Error: error while running command a. error output:\n", "exit status 2: "])
def test_a_message_of_ours_that_is_new_is_recognized(before: str) -> None:
    text = f"{before}spk-macvlan: a.yaml:1:2: spok.tmm: is blue; paint it"
    assert search.unknown_of_ours(text) == ("spk-macvlan: a.yaml:1:2: spok.tmm: is blue; paint it",)


@pytest.mark.parametrize(
    "text",
    [
        "spk-macvlan: no Deployment or DaemonSet f5-tmm in the stream, and no CNEInstance; check spec.tmm",
        "bash: spk-macvlan: Permission denied",
        "sudo: spk-macvlan: command not found",
        "./bin/spk-macvlan: Permission denied",
        "the program spk-macvlan: what is it",
    ],
)
def test_what_is_known_or_another_programs_is_no_new_message_of_ours(text: str) -> None:
    assert search.unknown_of_ours(text) == ()


# Tests of unknown messages.

UNKNOWN = """\
Error: UPGRADE FAILED: "spk" has no deployed releases
Error: chart requires kubeVersion: >=1.40 which is incompatible with Kubernetes v1.30.0
Error: template: spk/templates/x.yaml:3:5: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b
Error: found in Chart.yaml, but missing in charts/ directory: f5-tmm
executable file not found in $PATH
no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"
The Deployment "f5-tmm" is invalid: spec.selector: Invalid value: field is immutable
failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: context deadline exceeded
Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out
The node was low on resource: ephemeral-storage. Threshold quantity: 4Gi, available: 1Gi.
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


# Tests of several messages at once.


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
        "spk-macvlan: <stdin>:4:3: spec.config: the stream already defines a, with a different CNI config: mtu is 1\n"
        "spk-macvlan: no Deployment or DaemonSet f5-tmm in the stream, and no CNEInstance; check spec.tmm\n"
    )
    assert search.known(lines) == (named("the stream already"), named("no Deployment or"), named("wrong node kind"))


def test_order_and_repetition_do_not_matter() -> None:
    texts = [it.text for it in RECORDED]
    found = search.known("\n\n".join(texts * 2))
    assert set(found) == set(search.known("\n\n".join(reversed(texts)))) >= {named(it.entry) for it in RECORDED}
    assert len(set(found)) == len(found) > 20
