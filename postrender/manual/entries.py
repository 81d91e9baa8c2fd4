"""Every message that the manual knows, in the order of the pages' tables."""

from __future__ import annotations

from postrender.manual import Entry

HELM = "helm.md#when-it-fails"
ARGOCD = "argocd.md#when-it-fails"
KUSTOMIZE = "kustomize.md#when-it-fails"
FLUX = "flux.md#when-it-fails"
POLICIES = "policies.md#when-it-fails"
VERIFY = "verify.md#when-it-fails"
INSTALL = "install.md#when-it-fails"
PODS = "faq.md#the-pod-does-not-start"
OURS = "faq.md#the-program-refuses-something"

OF_HELM = (
    Entry(
        "Helm 4",
        ("plugin: {Name:… Type:postrenderer/v1} not found",),
        "Helm 4 takes the name of a plugin, and looks for it in the folder `$HELM_PLUGINS`, else among those that are "
        "installed. The variable is not set, or it is relative and this is another folder; or `--post-renderer` has "
        "the path of a program, which only Helm 3 takes.",
        "`spk-macvlan helm-plugin plugins` writes the plugin, and prints `plugins/spk-macvlan`. Set `HELM_PLUGINS` to "
        "the whole path of `plugins`, not of `plugins/spk-macvlan`, and give `--post-renderer spk-macvlan`; or "
        "[install the plugin](helm.md#helm-4).",
        (HELM,),
        needs="postrenderer",
    ),
    Entry(
        "Helm 3",
        (
            (
                'invalid argument "…" for "--post-renderer" flag: unable to find binary at …: exec: "…": executable '
                "file not found in $PATH"
            ),
        ),
        "Helm 3 starts a program, and there is none of that name on the path. It knows no plugin for this.",
        "[Install the program](install.md) where Helm runs; or give its path, such as `./bin/spk-macvlan`.",
        (HELM,),
        (
            (
                'invalid argument "…" for "--post-renderer" flag: unable to find binary at …: stat …: no such file or '
                "directory"
            ),
        ),
    ),
    Entry(
        "Helm 4",
        ('failed to invoke post-renderer plugin "…": exec: "spk-macvlan": executable file not found in $PATH',),
        "The plugin was found. It starts the program `spk-macvlan`, which is not on the path of whoever runs Helm, "
        "for example in CI or with sudo.",
        "Put the program on the path; or use [the plugin that carries "
        "it](install.md#as-a-helm-plugin-with-its-program).",
        (HELM,),
    ),
    Entry(
        "Helm",
        (
            "expected at most two arguments, unexpected arguments: …",
            '"helm upgrade" requires 2 arguments',
            "flag needs an argument: --post-renderer-args",
        ),
        "An option of the post-renderer and its value are two words, as in `--post-renderer-args --config FILE`. "
        "`--post-renderer-args` takes one, so Helm takes `FILE` for the chart.",
        "Write `=`: `--post-renderer-args=--config=FILE`. For several options, repeat `--post-renderer-args=`.",
        (HELM,),
    ),
    Entry(
        "Helm, kubectl",
        ("unknown flag: --config",),
        "The option is this program's, and it was given to Helm or kubectl as their own.",
        "Give it through Helm: `--post-renderer-args=--config=FILE`. In a pipe, give it to `spk-macvlan`.",
        (HELM,),
        (
            "unknown flag: --allow-no-target",
            "unknown flag: --include-hooks",
            "unknown flag: --limit",
            "unknown flag: --network",
            "unknown flag: --on-error-document",
        ),
    ),
    Entry(
        "Helm 4",
        ("cannot specify --post-renderer flag more than once",),
        "Helm 4 runs one post-renderer. Helm 3 silently runs the last that is named.",
        "Name one. To run two, write a plugin or a script that pipes the one into the other.",
        (HELM,),
    ),
    Entry(
        "Helm 3",
        ('failed to load plugins: failed to load plugin at "…/plugin.yaml": … unknown field "apiVersion"',),
        "Helm 3 reads the same folder of plugins as Helm 4, and cannot read a plugin for Helm 4. It still works, with "
        "the program as post-renderer.",
        "Nothing is needed. To be rid of the message, unset `HELM_PLUGINS` for Helm 3, or give Helm 4 a "
        "`HELM_DATA_HOME` of its own.",
        (HELM,),
        ("plugin is installed but unusable: failed to load plugin",),
    ),
    Entry(
        "Helm 4",
        (
            'failed to load plugin "…": yaml: unmarshal errors: … field … not found in type plugin.MetadataV1',
            "failed to load plugin (ignoring)",
        ),
        "A `plugin.yaml` in the folder of plugins has a field that Helm 4 does not know, or lacks one. Up to 4.1.3 "
        "Helm then loads no plugin at all; later it leaves that one out.",
        "Correct or remove that plugin; `spk-macvlan helm-plugin plugins` writes ours anew.",
        (HELM,),
        ("msg=failed to load plugins error=failed to load plugin",),
        needs="load plugin",
    ),
    Entry(
        "Helm 4",
        ('post-renderer "…" produced empty output',),
        "`spk-macvlan` never prints nothing. The plugin that Helm has started is another one, or its `plugin.yaml` "
        "starts another program.",
        "Look at that `plugin.yaml`; `spk-macvlan helm-plugin plugins` writes ours anew.",
        (HELM,),
    ),
    Entry(
        "Helm 4",
        ('failed to invoke post-renderer plugin "…": plugin "…" exited with error',),
        "The program failed, and Helm 4 hides what it said. The plugin of `spk-macvlan helm-plugin` avoids that; this "
        "is one without `--on-error-document` in its `plugin.yaml`, or the program was killed, as for want of memory.",
        "Run the pipe by hand to see the message: `helm template … | spk-macvlan`.",
        (HELM,),
    ),
    Entry(
        "Helm",
        (
            "wrong node kind: expected MappingNode but got ScalarNode: node contents:",
            "error while running command …. error output:",
        ),
        "This is how Helm 4, and below it Helm 3, shows what the post-renderer said.",
        "The line that starts with `spk-macvlan: ` says what is wrong and what to do. If there is none, another "
        "program than `spk-macvlan` has run.",
        (HELM,),
        around=True,
    ),
    Entry(
        "Helm 4, Flux, kubectl",
        ('failed to create typed patch object (…): … .env: duplicate entries for key [name="…"]',),
        "The chart lists a variable twice, as F5's does with `TMM_MAPRES_DELAY_MS`. Server-side apply refuses that, "
        "and Helm 4 and Flux use it by default for a new release.",
        "Name the variable in `spec.tmm.env` of the config, with the value that you want: it is then listed once. Or "
        "do without server-side apply: Helm 4 with `--server-side=false`, Flux with `spec.install.serverSideApply: "
        "false`. See [repeated-variables](rules.md#repeated-variables).",
        (HELM, FLUX),
        needs=r"(?:\.env: |^|^[^.]*\W)duplicate entr",
    ),
    Entry(
        "Helm",
        (
            (
                "exists and cannot be imported into the current release: invalid ownership metadata; annotation "
                'validation error: key "meta.helm.sh/release-name" must equal "…": current value is "…"'
            ),
        ),
        "The object that the message names is there already, and is not this release's: another release has it, or "
        "somebody created it by hand; a network, perhaps with the verb `networks`.",
        "Give each release its own objects, networks included; or set `create: false` where another one owns "
        "them; or take them over with `--take-ownership`. See [who owns "
        "it](faq.md#two-releases-use-one-network-who-owns-it).",
        (HELM,),
        ("invalid ownership metadata",),
    ),
    Entry(
        "Helm, kubectl",
        (
            (
                'no matches for kind "NetworkAttachmentDefinition" in version "k8s.cni.cncf.io/v1"; ensure CRDs are '
                "installed first"
            ),
        ),
        "The cluster does not know this kind: Multus, which brings it, is not installed. Helm has applied nothing.",
        "Install Multus. OpenShift has it unless it was disabled; its cluster operator `network` says more.",
        (HELM,),
        ('resource mapping not found for name: … no matches for kind "NetworkAttachmentDefinition"',),
    ),
    Entry(
        "kubectl",
        ('no matches for kind "MacvlanConversion" in version "spk-macvlan.internal/v1alpha1"',),
        "The config was applied. It is no object of Kubernetes; only `spk-macvlan` reads it.",
        "Give it to the program: `… | spk-macvlan --config FILE`; through Helm, `--post-renderer-args=--config=FILE`. "
        "Apply what that prints.",
        (HELM,),
        ('resource mapping not found for name: … no matches for kind "MacvlanConversion"',),
    ),
    Entry(
        "kubectl, Helm",
        (
            'no matches for kind "F5SPKVlan" in version "k8s.f5net.com/v1"; ensure CRDs are installed first',
            'no matches for kind "CNEInstance" in version "k8s.f5.com/v1"; ensure CRDs are installed first',
        ),
        "The cluster does not know this kind of F5's: the product's definitions are not there yet, or are another "
        "release's.",
        "Install the product first: its charts bring the definitions; apply what `vlans` prints after the release. "
        "`kubectl api-resources | grep f5` lists what the cluster has. For `gateway.k8s.f5net.com`, see "
        "[gateway-group](rules.md#gateway-group).",
        (HELM,),
        (
            'no matches for kind "…" in version "k8s.f5net.com/v1"; ensure CRDs are installed first',
            'resource mapping not found for name: … namespace: … no matches for kind "…" in version "k8s.f5net.com/v1"',
            'resource mapping not found for name: … namespace: … no matches for kind "…" in version "k8s.f5.com/v1"',
            'no matches for kind "F5SPKStaticRoute"',
            'no matches for kind "BNKGatewayClass"',
        ),
        needs=r"kind\W+(?:F5|CNEInstance|BNKGatewayClass|SPKInstance)|k8s\.f5(?:net)?\.com/",
    ),
    Entry(
        "kubectl, Helm",
        (
            '… is forbidden: User "…" cannot create resource "…" in API group "…" in the namespace "…"',
            '… is forbidden: User "…" cannot get resource "…" in API group "…" at the cluster scope',
        ),
        "The account may not do this with this kind of object in this namespace; the message names all three. Nothing "
        "is wrong with the object.",
        "Ask whoever runs the cluster for the right; `kubectl auth can-i create RESOURCE -n NAMESPACE` shows whether "
        "you have it. `verify` needs [fewer rights](verify.md#rights) than a release.",
        (HELM,),
        (
            'is forbidden: User "…" cannot … resource "…" in API group "…"',
            'is forbidden: User "…" cannot … resource "…"',
        ),
        needs=r"is forbidden: User\b",
    ),
    Entry(
        "kubectl, Helm",
        (
            "The connection to the server … was refused - did you specify the right host or port?",
            "Kubernetes cluster unreachable: …",
        ),
        "No API server answers at that address. The kubeconfig is missing (the address is then `localhost:8080`) or "
        "names another cluster, or the cluster is down.",
        "Does `kubectl cluster-info` answer? Correct `KUBECONFIG`, `--kubeconfig` or the context. To render without a "
        "cluster, use `helm template …`.",
        (HELM, VERIFY),
        ("error validating data: failed to download openapi: Get …: dial tcp …: connect: connection refused",),
    ),
    Entry(
        "kubectl",
        ('the namespace from the provided object "…" does not match the namespace "…"',),
        "The manifests name several namespaces: the networks stand in `default`, if the config says so. With `-n`, "
        "kubectl takes only one.",
        "Leave out `-n`: `kubectl apply -f FILE`. What names no namespace goes to that of the context, so let the "
        "chart name it (`helm template … -n NAMESPACE`), or set it in the context.",
        (HELM,),
    ),
    Entry(
        "Helm",
        ('namespaces "…" not found',),
        "The namespace of the release, or of an object, is not there.",
        "Create it: `helm install … --create-namespace`, or `kubectl create namespace NAME`. A network's `namespace` "
        "in the config must exist as well.",
        (HELM,),
        ('create: failed to create: namespaces "…" not found',),
        needs=r"namespaces\W+\S+\W+not found",
    ),
    Entry(
        "Helm",
        ("cannot re-use a name that is still in use", "cannot reuse a name that is still in use"),
        "A release of this name is in the namespace already; one whose installation failed counts, too.",
        "Use `helm upgrade -i …` with the same options; or remove it with `helm uninstall …`, after a look at "
        "`helm list -a -n …`.",
        (HELM,),
    ),
    Entry(
        "Helm",
        ("another operation (install/upgrade/rollback) is in progress",),
        "Another Helm works on this release, or one was killed before it ended.",
        "Wait for it. If none runs, `helm history …` ends with a revision in a state `pending-…`: roll back to the "
        "last that was deployed; if there is none, uninstall.",
        (HELM,),
    ),
    Entry(
        "Helm 4, kubectl",
        ('Apply failed with 1 conflict: conflict with "…" using …: …',),
        "Somebody else has changed the field since: an editor, `kubectl` or an operator. Server-side apply does not "
        "overwrite that.",
        "See whether the change is meant. To overwrite it, give Helm or kubectl `--force-conflicts`. See [what an "
        "upgrade leaves](faq.md#what-does-an-upgrade-leave-as-it-is).",
        (HELM,),
        ("conflict occurred while applying object",),
    ),
    Entry(
        "Helm",
        (
            'no NetworkAttachmentDefinition with the name "…" found',
            'original object NetworkAttachmentDefinition with the name "…" not found',
        ),
        "The release was upgraded without the post-renderer, and the networks were kept (`helm.sh/resource-policy: "
        "keep`). Helm 3 and Helm 4.1 cannot roll back over that.",
        "Do not roll back; upgrade once more, with the post-renderer. See [why the networks are "
        "gone](faq.md#why-are-the-networks-gone-after-an-upgrade).",
        (HELM,),
    ),
    Entry(
        "Helm",
        ("could not find template templates/spk-macvlan-nads.yaml in chart",),
        "`--show-only` looks for the networks, and the manifests hold none: the post-renderer was not given, or each "
        "network has `create: false`.",
        "Give `--post-renderer spk-macvlan` as well; or print them with the verb `networks`.",
        (HELM,),
        needs="spk-macvlan-nads",
    ),
    Entry(
        "Helm",
        (
            "resource Deployment/…/f5-tmm not ready. status: InProgress, message: …",
            "Error: UPGRADE FAILED: context deadline exceeded",
        ),
        "Helm was told to wait, and a workload was not ready in that time: the one that the message names, else mostly "
        "TMM, whose pods need hugepages, whole CPUs and their networks.",
        "`kubectl describe pod -l app=f5-tmm` (or that workload's pods) shows why under Events; give that to "
        "`explain`. The verb [`verify`](verify.md) compares the whole cluster.",
        (HELM,),
        ("Error: INSTALLATION FAILED: context deadline exceeded",),
    ),
)

OF_KUSTOMIZE = (
    Entry(
        "kustomize",
        ('exec: "spk-macvlan-krm": executable file not found in $PATH',),
        "The function is a program, `spk-macvlan-krm`, and it is not on the path of the build.",
        "Put it on the path; [an installation](install.md) has both programs.",
        (KUSTOMIZE,),
    ),
    Entry(
        "kustomize, kubectl",
        ("external plugins disabled; unable to load external plugin 'MacvlanConversion'",),
        "Functions run only where they are allowed.",
        "Give kustomize `--enable-alpha-plugins` and `--enable-exec`. `kubectl` cannot run the function: use a "
        "[compiled Component](kustomize.md#compiled-component).",
        (KUSTOMIZE,),
    ),
    Entry(
        "kubectl",
        ("unknown flag: --enable-exec",),
        "The kustomize in `kubectl` cannot run a program.",
        "Use the standalone `kustomize`, or a [compiled Component](kustomize.md#compiled-component).",
        (KUSTOMIZE,),
        ("unknown flag: --enable-alpha-plugins",),
    ),
    Entry(
        "kubectl, Helm",
        ('no matches for kind "SpkMacvlanDidNotRun" in version "spk-macvlan.invalid/v1"',),
        "This object is there so that applying fails: the function, which removes it, did not run. The manifests are "
        "not converted, and `kubectl` has applied the others.",
        "Build with `--enable-alpha-plugins` and `--enable-exec`, into a file first; or compile a Component.",
        (KUSTOMIZE,),
    ),
    Entry(
        "kustomize, Flux",
        (
            "testing value … failed: test failed",
            "test operation does not apply: is missing path: …: missing value",
            "nothing selected by Deployment.v1.apps/…:metadata.name",
        ),
        "These are not the manifests that the patches were compiled for: another version of the chart, other values, "
        "another name or namespace.",
        "Render the manifests as they are now, and compile again.",
        (KUSTOMIZE, FLUX),
        (
            "remove operation does not apply: doc is missing path",
            "replace operation does not apply: missing path",
        ),
    ),
    Entry(
        "kustomize, Flux",
        ('yaml: unmarshal errors: line …: mapping key "…" already defined at line …',),
        "The chart renders a key twice, as F5's does in the container `blobd`. Helm takes the last one; kustomize "
        "fails.",
        "In the chart's values, disable what renders it: for `blobd`, `f5-tmm.blobd.enabled: false`.",
        (KUSTOMIZE, FLUX),
    ),
)

OF_FLUX = (
    Entry(
        "Flux",
        ("may not add resource with an already registered id: …",),
        "Two objects have one kind and name. With Flux 2.8.0 to 2.8.5 that is mostly a hook and a template, which it "
        "both sends to the post-renderers.",
        "Use another version of Flux; from 2.9 on, set `postRenderStrategy: nohooks`. With kustomize, list each object "
        "once, and leave hooks out (`helm template … --no-hooks`).",
        (FLUX,),
    ),
    Entry(
        "Flux",
        (
            ".spec.postRenderStrategy: field not declared in schema",
            'unknown field "spec.postRenderStrategy"',
        ),
        "This Flux is older than 2.9.",
        "Compile with `--flux-version 2.8`.",
        (FLUX,),
    ),
    Entry(
        "Flux",
        ("ContainerCreating",),
        "The pods wait for their networks, or for something else that the kubelet sets up.",
        "Look at the Kustomization that applies the networks, and at the pod's events: `kubectl describe pod`.",
        (FLUX,),
        around=True,
    ),
)

OF_ARGOCD = (
    Entry(
        "Argo CD",
        (
            "unknown parameter …; the known ones are …",
            "parameter … must be given as string, not array",
            "parameter … is listed twice; remove one of them",
            "parameter … applies only to Helm, but kustomize is true",
        ),
        "A parameter of the application is misspelled, given twice, or given in the wrong form.",
        "Compare it with [the table of parameters](argocd.md#an-application).",
        (ARGOCD,),
        needs="parameter",
    ),
    Entry(
        "Argo CD",
        ("no config: the application's folder has no spk-macvlan.yaml",),
        "The plugin found no config in the application's folder.",
        "Add the file `spk-macvlan.yaml`, or give the parameter `config-file` or `config`.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        (
            "is a URL; keep the file in the repository",
            "is outside the repository; use a file in it",
            "is not a file in the repository; give a path relative to the application",
        ),
        "The plugin reads only files of the application's repository.",
        "Keep the file in the repository, and give its path from the application's folder.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        (
            "leads to a file outside the repository, which is never read",
            "so its dependencies cannot be checked",
            "refers to another schema",
            "cannot be read as a packed chart",
            "has a base that is neither a path nor an https address",
        ),
        "Helm or kustomize would read something outside of the repository, or something that cannot be told apart "
        "from that.",
        "See [what an untrusted repository can do](argocd-untrusted.md).",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        ("release-name … is not a release name; use at most 53 of a-z, 0-9, - and .",),
        "The application's name, which is the release's by default, is not one that Helm takes.",
        "Give the parameter `release-name`.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        (
            "… failed signal: terminated",
            (
                "failed to generate manifest for source …: rpc error: code = DeadlineExceeded desc = context deadline "
                "exceeded"
            ),
        ),
        "Argo CD limits the whole operation to 60 seconds.",
        "Vendor the chart's dependencies, keep the repository small, or raise "
        "`controller.repo.server.timeout.seconds` and `server.repo.server.timeout.seconds` in the ConfigMap "
        "`argocd-cmd-params-cm`.",
        (ARGOCD,),
        ("python3 -I -m postrender cmp generate failed signal: terminated",),
    ),
    Entry(
        "Argo CD",
        ("Manifest generation error (cached)",),
        "After three failures, Argo CD shows the last one again for 60 minutes.",
        "Correct the cause, which stands behind it; then Hard Refresh.",
        (ARGOCD,),
        around=True,
    ),
    Entry(
        "Argo CD",
        ("could not find cmp-server plugin with name … supporting the given repository",),
        "No sidecar of the repo-server serves that plugin.",
        "Does `plugin.name` end in the version of the image (`spk-macvlan-0.1.0`), and does the sidecar run?",
        (ARGOCD,),
        ("config management plugin not supported. plugin name …",),
    ),
    Entry(
        "Argo CD",
        ("multiple application sources defined: Helm,Plugin",),
        "A source has either `helm:` or `plugin:`.",
        "Remove `helm:`, and give its settings as [parameters](argocd.md#an-application) of the plugin.",
        (ARGOCD,),
    ),
)

OF_PODS = (
    Entry(
        "Kubernetes",
        (
            "Insufficient hugepages-2Mi",
            "Insufficient cpu",
            "Insufficient memory",
        ),
        "No node has that much left, so the pod is Pending. Hugepages, whole CPUs and memory must be free on one node.",
        "Reserve them on a node, or ask for less in `spec.tmm.resources`; keep 1.5Gi of hugepages for each CPU "
        "([hugepages-per-cpu](rules.md#hugepages-per-cpu)). [`verify`](verify.md) compares what the nodes have.",
        (PODS,),
        (
            "Node didn't have enough resource: hugepages-2Mi, requested: …, used: …, capacity: …",
            "OutOfhugepages-2Mi",
        ),
    ),
    Entry(
        "Kubernetes",
        (
            "Insufficient openshift.io/…",
            "Insufficient intel.com/…",
        ),
        "The pod requests an SR-IOV device, and no node offers one. Either the release was not converted, or the "
        "resource is another device plugin's than OpenShift's, or a network has a resource name "
        "([resource-name](rules.md#resource-name)).",
        "Release it again through `spk-macvlan`; name other resources in `spec.tmm.unsetResources` "
        "([sriov-leftovers](rules.md#sriov-leftovers)).",
        (PODS,),
        needs="insufficient",
    ),
    Entry(
        "Kubernetes",
        (
            "node(s) didn't match Pod's node affinity/selector",
            "node(s) had untolerated taint",
        ),
        "The chart's values keep TMM on other nodes than there are.",
        "Correct `nodeSelector`, `affinity` or `tolerations` in the values, or label the node.",
        (PODS,),
    ),
    Entry(
        "Kubernetes",
        (
            "TopologyAffinityError",
            "Resources cannot be allocated with Topology locality",
        ),
        "The node's topology manager finds no NUMA node that has the CPUs and hugepages together.",
        "Ask for less in `spec.tmm.resources`, or use another policy for the kubelet's topology manager.",
        (PODS,),
        ("UnexpectedAdmissionError",),
    ),
    Entry(
        "Kubernetes",
        ("OOMKilled",),
        "TMM, or another container, used more memory than its limit.",
        "Raise `memory` in `spec.tmm.resources`. In labs where TMM takes over kernel interfaces, 2Gi was too little "
        "on some hosts.",
        (PODS,),
    ),
    Entry(
        "Kubernetes",
        (
            "must be equal to hugepages-2Mi limit of …",
            "resources: Forbidden: HugePages require cpu or memory",
        ),
        "Kubernetes wants the same hugepages in limits and requests, and an amount of CPU or memory beside them.",
        "Set `cpu`, `hugepages-2Mi` and `memory` in `spec.tmm.resources`: the conversion writes them to both.",
        (PODS,),
        ("is not positive integer multiple of hugepages-2Mi",),
    ),
    Entry(
        "Multus",
        (
            (
                "cannot find a network-attachment-definition (…) in namespace (…): "
                'network-attachment-definitions.k8s.cni.cncf.io "…" not found'
            ),
        ),
        "The network is not there: not yet, since Helm 4 creates it after the pods; in another namespace; or an "
        "upgrade without the post-renderer has deleted it.",
        "Wait a minute: the kubelet retries. If it stays, look for it with `kubectl get net-attach-def -A`, and see "
        "[why the networks are gone](faq.md#why-are-the-networks-gone-after-an-upgrade).",
        (PODS,),
        (
            "could not find network attachment definition",
            "NoNetworkFound",
        ),
        needs=r"network.attachment.definitions?\b[^;\n]{0,300} not found|find a?\s*network.attachment|NoNetworkFound",
    ),
    Entry(
        "Multus",
        (
            (
                "namespace isolation enabled, annotation violates permission, pod is in namespace … but refers to "
                "target namespace …"
            ),
        ),
        "Multus refuses a network of another namespace.",
        "Leave out the network's `namespace`, so that it is created in TMM's own. On OpenShift, `default` works too "
        "([network-namespace](rules.md#network-namespace)).",
        (PODS,),
    ),
    Entry(
        "Multus",
        ("failed to unmarshal Spec.Config: …",),
        "A NetworkAttachmentDefinition is not JSON. Those of `spk-macvlan` are; this is one that somebody else made.",
        "Correct `spec.config` of that definition, or let `spk-macvlan` define the network (`create: true`).",
        (PODS,),
    ),
    Entry(
        "macvlan",
        ('failed to lookup master "…": Link not found',),
        "The node has no NIC of that name.",
        "See the names with `ip link` on the node, and correct `master`. If they differ from node to node: [what "
        "then](faq.md#network-cards-have-different-names-on-different-nodes).",
        (PODS,),
        (
            "Link not found",
            "failed to lookup master",
        ),
    ),
    Entry(
        "macvlan",
        ("invalid MTU …, must be [0, master MTU(…)]",),
        "The network's `mtu` is larger than that of the NIC.",
        "Raise the NIC's MTU on the node, or lower `mtu` of the network, and TMM's with it ([mtu](rules.md#mtu)).",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            "failed to create macvlan: invalid argument",
            "failed to create macvlan: device or resource busy",
        ),
        "The NIC is taken: by another pod in mode `passthru`, which reserves it, or by a bridge or a bond.",
        "Use `bridge`, or one NIC for each pod ([passthru-replicas](rules.md#passthru-replicas), "
        "[shared-master](rules.md#shared-master)). With `bridge`, free the NIC on the node.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            'failed to rename macvlan to "…": file exists',
            'cannot set "macvlan" interface name to "…": validateIfName: interface name … already exists',
        ),
        "The pod has an interface of that name already: its own `eth0` or `lo`, or that of another network.",
        "Give the network another `interface`, or leave it out.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        ('unknown macvlan mode: "…"',),
        "Somebody else wrote this definition: `spk-macvlan` writes only the modes of the plugin.",
        "Set `bridge`, `private`, `vepa` or `passthru` there.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            'incompatible CNI versions; config is "…", plugin supports […]',
            "cannot convert: no valid IP addresses",
        ),
        "The node's CNI plugins and `cniVersion` do not fit: those of 2022 or earlier refuse `1.1.0`, and versions "
        "before 0.3.0 need an address, which TMM's networks have not.",
        "Use the default, `0.3.1`, or `0.3.0`; or install newer plugins.",
        (PODS,),
    ),
    Entry(
        "Multus",
        ('failed to find plugin "…" in path […]',),
        "The node lacks that CNI plugin, or Multus looks for it in another folder. If the name is empty, the macvlan "
        "plugin is one before 0.8, which refuses an empty `ipam`.",
        "Install current CNI plugins on each node, in the folder that Multus names (`binDir`).",
        (PODS,),
    ),
    Entry(
        "Multus",
        (
            "failed to create pod network sandbox …: error adding pod … to CNI network …",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox …",
        ),
        "A network of the pod could not be attached. The end of the message says which, and why.",
        "Look there for the message of Multus or of the CNI plugin, and give it to `explain`.",
        (PODS,),
        ("FailedCreatePodSandBox",),
        around=True,
    ),
    Entry(
        "Kubernetes",
        ("CrashLoopBackOff",),
        "A container of the pod starts and ends, again and again. Its log says why; of TMM's, too few hugepages or too "
        "little memory is the usual reason.",
        "`kubectl logs -p POD -c CONTAINER` shows its last words, `kubectl describe pod POD` its exit status: "
        "give them to `explain`.",
        (PODS,),
        ("Back-off restarting failed container … in pod …",),
        around=True,
    ),
    Entry(
        "Kubernetes",
        ("ImagePullBackOff", "ErrImagePull"),
        "The node cannot fetch an image. The conversion changes no image; the name, the registry or the pull secret is "
        "the chart's.",
        "`kubectl describe pod POD` has the registry's answer. Correct the image's values, or create the pull secret "
        "in the namespace.",
        (PODS,),
        ('Failed to pull image "…": …', 'Back-off pulling image "…"'),
    ),
    Entry(
        "Kubernetes",
        ('MountVolume.SetUp failed for volume "…": secret "…" not found', 'Error: secret "…" not found'),
        "The pod needs a secret or a config map that is not there. The conversion neither adds nor removes one: the "
        "chart expects it, such as the certificates between TMM and its controller, or a controller writes it first.",
        "Create it in the pod's namespace, as the product's installation says, or wait for its controller; the kubelet "
        "tries again.",
        (PODS,),
        (
            'MountVolume.SetUp failed for volume "…": configmap "…" not found',
            'Error: configmap "…" not found',
        ),
    ),
    Entry(
        "Kubernetes",
        ("Readiness probe failed: …", "Liveness probe failed: …"),
        "A container runs, and is not ready: TMM waits for its configuration, or for the other containers of its pod.",
        "The logs of its containers, `kubectl logs POD -c CONTAINER`, say what it waits for: give them to `explain`. "
        "Look at the controller's log, too.",
        (PODS,),
    ),
    Entry(
        "OpenShift",
        ("unable to validate against any security context constraint: …",),
        "TMM is privileged, before the conversion as after it, and its service account may not use a security context "
        "constraint that allows that.",
        "Give that account the right: `oc adm policy add-scc-to-user privileged -z SERVICEACCOUNT -n NAMESPACE`. The "
        "pods' `serviceAccountName` names it.",
        (PODS,),
    ),
)

OF_POLICIES = (
    Entry(
        "Kubernetes",
        ("ValidatingAdmissionPolicy '…' with binding '…' denied request: TMM is not on macvlan: …",),
        "The guard denies a TMM that was not converted. What follows names the first thing that is wrong.",
        "Release it again through the post-renderer, with the config that the guard was compiled from.",
        (POLICIES,),
        ("TMM is not on macvlan: …; release it again through spk-macvlan (Helm: --post-renderer spk-macvlan)",),
        needs="TMM is not on macvlan",
    ),
    Entry(
        "kubectl",
        ('no matches for kind "MutatingAdmissionPolicy" in version "admissionregistration.k8s.io/v1"',),
        "Kubernetes has this kind from 1.36 on, and 1.34 and 1.35 only where it was switched on.",
        "Use `--policy-version v1beta1` for these; otherwise the format `guard`, or another way.",
        (POLICIES,),
    ),
    Entry(
        "kubectl",
        ('no matches for kind "ValidatingAdmissionPolicy" in version "admissionregistration.k8s.io/v1"',),
        "Kubernetes has this kind from 1.30 on, OpenShift from 4.17 on.",
        "Use another way to convert, without the guard.",
        (POLICIES,),
    ),
)

OF_INSTALL = (
    Entry(
        "shell",
        ("spk-macvlan: command not found", "command not found: spk-macvlan", "spk-macvlan: not found"),
        "The program is not installed, or its folder is not on the path of this shell.",
        "[Install it](install.md#with-pipx-or-pip). After pipx, `pipx ensurepath` puts its folder on the path of a "
        "new shell.",
        (INSTALL,),
        needs=r"spk-macvlan: (?:command )?not found|command not found: spk-macvlan",
    ),
    Entry(
        "pip",
        ("error: externally-managed-environment",),
        "Debian and Ubuntu refuse pip outside of a virtual environment.",
        "Use pipx, or [create an environment](install.md#with-pipx-or-pip).",
        (INSTALL,),
    ),
    Entry(
        "pip",
        ("Package 'spk-macvlan' requires a different Python: … not in '>=3.10'",),
        "This Python is older than 3.10.",
        "Install it with a newer one, as in `python3.12 -m venv ../lab`.",
        (INSTALL,),
        ("needs Python 3.10 or newer as python3, and this is Python …; install a newer one",),
    ),
    Entry(
        "Helm 4",
        ("this plugin has PyYAML for CPython … on Linux (…) and macOS (…), not for Python … on …",),
        "The plugin that carries its program has no PyYAML for this Python or this machine.",
        "Install the program with pipx, and [write its plugin](helm.md#helm-4) with `spk-macvlan helm-plugin plugins`.",
        (INSTALL,),
    ),
    Entry(
        "spk-macvlan",
        ("PyYAML is installed without its C parser",),
        "This PyYAML was built without libyaml.",
        "Install PyYAML from its wheel, or the distribution's package.",
        (INSTALL,),
    ),
    Entry(
        "Helm 4",
        (
            "plugin verification failed: no provenance file (.prov) found",
            "plugin source does not support verification",
        ),
        "Helm 4 verifies a packed plugin, and this one has no signature beside it.",
        "Give `--verify=false`; or [sign it](install.md#as-a-signed-plugin-of-helm-4).",
        (INSTALL,),
        ("No provenance file found for plugin. Plugin is not signed and cannot be verified.",),
    ),
    Entry(
        "Helm 4",
        (
            "sha256 sum does not match for …",
            "signature made by unknown entity",
        ),
        "The package is not the one that was signed, or the key is not in the keyring.",
        "Get the package and its `.prov` again, and give the signer's public key with `--keyring`.",
        (INSTALL,),
    ),
    Entry(
        "Helm 4",
        (
            "plugin already exists",
            "cannot get information about plugin source",
        ),
        "A plugin of that name is installed. Helm cannot update one that came from a file or a folder.",
        "Uninstall it, then install the new one.",
        (INSTALL,),
        needs="plugin",
    ),
)

OF_VERIFY = (
    Entry(
        "spk-macvlan",
        (
            "no kubectl and no oc on the PATH",
            "no such program; give the path of kubectl or oc",
        ),
        "`verify` asks the cluster through one of these clients.",
        "Install one, or give `--kubectl PATH`.",
        (VERIFY,),
    ),
    Entry(
        "spk-macvlan",
        ("check --kubeconfig, --context and that the cluster is up",),
        "The cluster did not answer the first request; the client's own words stand before this.",
        "Try `kubectl version` with the same options.",
        (VERIFY,),
    ),
)

OF_OURS = (
    Entry(
        "spk-macvlan",
        ("no config found; use --config FILE or $SPK_MACVLAN_CONFIG",),
        "Neither of these names a config, and the working directory has no `spk-macvlan.yaml`. Through Helm, that is "
        "the folder in which Helm runs.",
        "Write one with the verb `init`, or give its path (through Helm: `--post-renderer-args=--config=FILE`).",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: …: cannot read the config: No such file or directory",),
        "The file that `--config` or `$SPK_MACVLAN_CONFIG` names is not there. A relative path counts from the folder "
        "in which the program runs; through Helm, in which Helm runs.",
        "Correct the path, or give the whole one. If there is no config yet, write one with the verb `init`.",
        (OURS,),
        ("cannot read the config: No such file or directory; write one with `spk-macvlan init`",),
        needs="No such file or directory",
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: FILE:LINE:COLUMN: spec.…: …; …",),
        "The config has a mistake at that place, or the manifests (`<stdin>`). Behind the field stands what is wrong, "
        "and behind the last semicolon what to do.",
        "Correct it there; [the config's page](config.md) has every field. [In an editor](install.md#in-an-editor), "
        "the schema shows mistakes while you type.",
        (OURS,),
        (
            "spk-macvlan: …: spec.",
            "spk-macvlan: …: kind: must be MacvlanConversion, not …",
            "spk-macvlan: …: apiVersion: must be",
            "more mistakes; correct these first",
        ),
        needs=r"spk-macvlan: (?:.{0,300}: )?(?:spec[.\[:]|kind:|apiVersion:)|more mistakes",
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: FILE:LINE:COLUMN: spec.…: unknown field; did you mean …?",),
        "The config has a field that there is not at that place: it is misspelled, or indented too little or too much.",
        "Compare it with [the config's page](config.md), which has every field. In [an "
        "editor](install.md#in-an-editor), the schema shows mistakes while you type.",
        (OURS,),
        ("spk-macvlan: …: spec.…: unknown field", "spk-macvlan: …: unknown field"),
        needs="spk-macvlan: .{0,300}unknown field",
    ),
    Entry(
        "spk-macvlan",
        (
            "spk-macvlan: FILE:LINE:COLUMN: spec.networks[1].name: is listed twice; names must be unique",
            "is already another network's interface (by default net1, net2, …); interfaces must be unique",
        ),
        "Two networks of the config have one name in one namespace, or one interface in the pod.",
        "Rename one, or set its `namespace` or `interface`; see [the networks](config.md#specnetworks-in-order).",
        (OURS,),
        (
            "spk-macvlan: …: spec.networks[1].name: listed twice; names must be unique",
            "is listed twice in the config; rename one, or set its namespace",
        ),
        needs="listed twice|must be unique",
    ),
    Entry(
        "spk-macvlan",
        (
            "this file holds manifests, not an spk-macvlan config; give it on standard input",
            "not an spk-macvlan config: apiVersion, kind and spec are missing",
            "a second document starts here; the config must be one YAML document",
            "the config is empty",
        ),
        "The file behind `--config` is no config, or has more in it than one.",
        "Write a config with the verb `init`, and give that file; manifests come through the pipe.",
        (OURS,),
        ("larger than …, so it is not an spk-macvlan config",),
    ),
    Entry(
        "spk-macvlan",
        (
            "input and output are one file, which the shell has emptied; write to another one",
            "the output goes to the config … itself, which the shell has emptied; restore it",
        ),
        "A shell empties the file behind `>` before it starts the program, so there is nothing left to read.",
        "Restore the file, for example from Git or by rendering it again, and write to another one.",
        (OURS,),
    ),
    Entry(
        "kubectl",
        ("error: no objects passed to apply",),
        "`kubectl` was given nothing: the program before it in the pipe failed, and wrote nothing.",
        "What is wrong stands above this line, and starts with `spk-macvlan: `. With `set -o pipefail`, bash's exit "
        "status is that of what failed.",
        (OURS,),
        ("error: no objects passed to create", "error: no objects passed to delete"),
        around=True,
    ),
    Entry(
        "spk-macvlan",
        ("is still the placeholder FILL-IN; set it to the nodes' NIC",),
        "`init` cannot know the name of a NIC, so it wrote `FILL-IN`.",
        "Write the NIC's name on the nodes, as `ip link` shows it there.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "no manifests on standard input",
            "no Kubernetes object on standard input; check the command before the pipe",
        ),
        "Nothing came through the pipe, or something else: the chart renders nothing with these values, the command "
        "before the pipe failed, or Helm 3 was given `--output-dir`, with which it sends a post-renderer nothing.",
        "Run the command before the pipe on its own.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "this is a chart's values file, not manifests",
            "this is an spk-macvlan config, not manifests; give it with --config FILE",
            "this is Helm's report on a release, which has more in it than manifests",
            "the stream is compressed (gzip); a packed chart must be rendered first",
        ),
        "A render converts what the chart renders, and this is something else.",
        "Pipe in what `helm template …` prints. The config belongs behind `--config`; [the verb `values`](values.md) "
        "converts a values file. What a program prints beside manifests must not get into the pipe (no `2>&1`).",
        (OURS,),
        ("the line is a template's, which must be rendered first",),
    ),
    Entry(
        "spk-macvlan",
        (
            "this values file has no TMM keys",
            "the file has no content; pass the file that sets TMM's keys",
        ),
        "`values` converts the file that sets the keys of TMM: below `f5-tmm.tmm`, or below `tmm` in older charts.",
        "Give that file; or convert what `helm template …` renders, which needs no such keys.",
        (OURS,),
        (
            "not a values file: it has more than one document",
            "both tmm and f5-tmm are set, but a chart reads only one of them",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("no Deployment or DaemonSet … in the stream, and no CNEInstance",),
        "The manifests hold no TMM (exit status 4).",
        "Is it the right chart, and are its values complete? The workload's name and namespace are those of "
        "`spec.tmm.workload` and `spec.tmm.namespace`. With BIG-IP Next for Kubernetes, an operator creates the "
        "workload: convert the chart that holds the CNEInstance. `--allow-no-target` is for manifests that need not "
        "have a TMM.",
        (OURS,),
        ("none of the files holds a TMM; check spec.tmm of the config",),
    ),
    Entry(
        "spk-macvlan",
        ("found 2 TMM workloads: …; set spec.tmm.namespace to choose one",),
        "There are several TMMs, and one run converts one.",
        "Name the namespace in `spec.tmm.namespace` (`verify`: `--namespace`), and run once for each.",
        (OURS, VERIFY),
        (
            "TMM workloads: Deployment … at line …; give each one a namespace, or keep only one",
            "TMM workloads: Deployment … at line …; Kubernetes keeps only the last of the same name; keep only one",
        ),
    ),
    Entry(
        "spk-macvlan",
        (
            (
                "not a TMM: no container named …; its containers: …; correct spec.tmm.workload, or name the TMM "
                "container in spec.tmm.container"
            ),
        ),
        "A TMM has a container that F5's annotation `toda.f5.com/tmm-name` names, or one called `f5-tmm`. This "
        "workload has neither, or two of them: it is another one, such as the controller, or a lab calls its "
        "container otherwise.",
        "Correct `spec.tmm.workload`; or name the container in [`spec.tmm.container`](config.md#spectmm).",
        (OURS,),
        (
            (
                "not a TMM: two containers named … (from annotation toda.f5.com/tmm-name); its containers: …; correct "
                "spec.tmm.workload"
            ),
        ),
    ),
    Entry(
        "spk-macvlan",
        ("the stream already defines …, with a different CNI config",),
        "The manifests hold a NetworkAttachmentDefinition that differs from the config's. It is never overwritten.",
        "Make them equal, choose another name, or set `create: false`.",
        (OURS,),
        ("the stream already defines …, but its config is not a JSON object",),
    ),
    Entry(
        "spk-macvlan",
        ("the stream defines … twice, here and at line …, with different CNI configs; keep one",),
        "Two NetworkAttachmentDefinitions have the same name. `kubectl apply` applies both, so the last one wins.",
        "Remove one of them from the chart or its values.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("only a Helm hook defines …, and a hook's objects are no part of the release; remove the hook annotation",),
        "Helm creates a hook's objects apart from the release, and may delete them again.",
        "Make the definition an ordinary object. If the hook creates the network before TMM starts and keeps it, set "
        "`create: false`.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("hugepages-2Mi is …, but must be a whole number of 2Mi pages, in Mi or Gi; set it in spec.tmm.resources",),
        "`TMM_MAPRES_HUGEPAGES` counts pages of 2Mi, and the chart's amount is not so many, or is no amount.",
        "Set `hugepages-2Mi` in `spec.tmm.resources`, such as `1572Mi`.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            (
                "a BNKGatewayClass has no field for TMM's resources; remove spec.tmm.resources, and set deploymentSize "
                "or demoMode in the object"
            ),
        ),
        "The operator sets TMM's amounts from the object, so those of the config would go nowhere.",
        "Remove `spec.tmm.resources` from the config; set `deploymentSize` or `demoMode` of the BNKGatewayClass.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "is … and must be a map; fix the chart's values",
            "is … and must be a list; fix the chart's values",
        ),
        "The chart has rendered something else there than Kubernetes accepts; often a value replaces a map or a list.",
        "Correct the value of the chart that stands there.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("document … is not valid YAML: …",),
        "A document that could be the TMM cannot be read; the message has its line.",
        "Look at that line in what `helm template …` prints, and correct the chart or its values. A tab or a missing "
        "quote is the usual cause.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("cannot be edited without changing something else: …; write it out in the chart's values or template",),
        "What is to be changed also stands elsewhere (an alias, a merge key), or is written in a way that cannot be "
        "edited safely.",
        "Write it out at this place, in the chart's values or its template.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "which Kubernetes' tools read differently",
            "readers disagree which one counts",
            "hides what this is from other readers",
            "which YAML readers treat differently",
        ),
        "Other programs would read this text differently, so the conversion could be another than the one that is "
        "applied.",
        "Write it as the end of the message says.",
        (OURS,),
        (
            "which Kubernetes' tools do not treat as a line break; end lines with LF",
            "which YAML 1.1 and 1.2 read differently; write it as an escape in double quotes",
            "which Kubernetes' tools cannot read beside YAML documents",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("strict: … errors stop this conversion; nothing was written",),
        "`--strict`, `strict: true` in the config, or the parameter `strict` lets the errors of `check` stop a "
        "release. Each stands on a line of its own above this.",
        "Correct them; the first line of each ends with the name of its [rule](rules.md), which `explain` takes.",
        (OURS,),
        ("an error stops this conversion; nothing was written",),
        around=True,
    ),
    Entry(
        "spk-macvlan",
        ("spec.patches[0]: no document in the stream matches its target",),
        "A patch of the config would change nothing.",
        "Compare `kind`, `name` and `namespace` of its [`target`](config.md#specpatches) with the manifests.",
        (OURS,),
        needs="matches its target",
    ),
    Entry(
        "spk-macvlan",
        (
            "spec.patches[0].patch[0]: test … of … failed",
            "spec.patches[0].patch[0]: replace … of … fails: can't replace a non-existent object",
        ),
        "An operation of a patch does not fit the object: its path is not there, or its `test` is not met. Patches "
        "come after the conversion, so that they see the result.",
        "Compare its path with the converted object: leave the patches out of the config, and look at what is "
        "rendered.",
        (OURS,),
        (
            "spec.patches[0].patch[0]: remove … of … fails: can't remove a non-existent object",
            "spec.patches[0].patch[0]: add … of … fails: is not a valid sequence index",
            "spec.patches[0].patch[0]: add … of … fails: member … not found in",
            "spec.patches[0].patch[0]: add … of … fails: can't insert outside of list",
            "spec.patches[0].patch[0]: copy … of … fails",
        ),
        needs="fail",
    ),
    Entry(
        "spk-macvlan",
        ("has more than …, the limit; to allow more, use --limit …=AMOUNT",),
        "The input is larger than any real release.",
        "Is it the right input? If it is, raise [the limit](performance.md#limits).",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "the stream is UTF-16, as PowerShell's > writes it; convert it to UTF-8 first",
            "the stream is not UTF-8; it may be Latin-1 or Windows-1252",
        ),
        "The manifests, or the config, are in another encoding than Kubernetes' tools write.",
        "Pipe the manifests directly, without a file between; or convert the file to UTF-8.",
        (OURS,),
        (
            "the config is UTF-16, as PowerShell's > writes it; save it as UTF-8",
            "the config is not UTF-8; it may be Latin-1 or Windows-1252; save it as UTF-8",
            "the stream holds a NUL byte; it must be UTF-8",
        ),
    ),
    Entry(
        "spk-macvlan",
        (
            "Helm would take the output of … for the release; remove … from --post-renderer-args",
            "Helm takes the output for the release; remove … from --post-renderer-args",
            "… does not read the manifests on standard input; run it by itself",
        ),
        "Only a render may be a post-renderer: Helm would install what another verb prints.",
        "Run the verb in a pipe: `helm template … | spk-macvlan check`.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "spk-macvlan: unknown option …; did you mean …?",
            "spk-macvlan: … is not a verb; did you mean …?",
            "spk-macvlan: … is one word; write …",
            "spk-macvlan: --network …: the network comes first, then the NIC; write --network …",
        ),
        "The command line is not one that the program understands.",
        "Write it as the message says. `--help` behind a verb, and [the reference](reference.md#verbs), have every "
        "option. Through Helm, each word needs its own `--post-renderer-args=`.",
        (OURS,),
        (
            "spk-macvlan: --config is given twice; give it once; see spk-macvlan --help",
            "spk-macvlan: --config …: the manifests come from standard input, so the config must be a file",
            "spk-macvlan: --network …: must be NAME=MASTER, such as macvlan-internal=ens224",
            "spk-macvlan: --network …: not one of the networks that were found; they are …",
            "spk-macvlan: --network …: holds more than one network; repeat --network for each",
            "spk-macvlan: --namespace …: not a namespace name; use at most 63 of a-z, 0-9 and -",
            "spk-macvlan: … is not a verb; converting is the default: spk-macvlan < FILE",
            "spk-macvlan: --ignore …: unknown rule; repeat the option for each rule",
            "spk-macvlan: --limit …: unknown limit; the limits are …",
            "spk-macvlan: --limit …: not an amount; use a whole number, which may end in Ki, Mi or Gi",
            "spk-macvlan: … does not take …; remove it; see spk-macvlan … --help",
            "spk-macvlan: … does not take the argument …",
            "spk-macvlan: … is a config; to check manifests with it, give it as --config …",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("internal error, nothing was written: …; please report it",),
        "This is a bug (exit status 70).",
        "Report it, with the output of `--debug`.",
        (OURS,),
        ("nothing was written; this is a bug, please report it",),
    ),
)

ENTRIES = (
    *OF_HELM,
    *OF_KUSTOMIZE,
    *OF_FLUX,
    *OF_ARGOCD,
    *OF_PODS,
    *OF_POLICIES,
    *OF_INSTALL,
    *OF_VERIFY,
    *OF_OURS,
)
