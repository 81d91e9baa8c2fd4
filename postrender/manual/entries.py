"""All messages in the manual, in the order of the tables in `docs/`."""

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
        "Helm 4 expects the name of a plugin in `--post-renderer`. It looks for the plugin in the folder "
        "`$HELM_PLUGINS` or, if that variable is not set, among the installed plugins. Either the variable is not set, "
        "or it contains a relative path and Helm runs in another folder, or `--post-renderer` has the path of a "
        "program, which only Helm 3 accepts.",
        "`spk-macvlan helm-plugin plugins` writes the plugin, and prints `plugins/spk-macvlan`. Set `HELM_PLUGINS` "
        "to the full path of `plugins`, not of `plugins/spk-macvlan`, and pass `--post-renderer spk-macvlan`. Or "
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
        "Helm 3 starts the post-renderer as a program, but finds no program of that name on the `PATH`. Helm 3 does "
        "not support plugins as post-renderers.",
        "[Install the program](install.md) where Helm runs, or pass its path, such as `./bin/spk-macvlan`.",
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
        "Helm found the plugin, but the plugin starts the program `spk-macvlan`, which is not on the `PATH` of the "
        "user who runs Helm, for example in CI or with sudo.",
        "Put the program on the `PATH`, or use [the plugin that contains "
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
        "An option of the post-renderer and its value were passed as two arguments, as in `--post-renderer-args "
        "--config FILE`. `--post-renderer-args` takes only one argument, so Helm mistakes `FILE` for the chart.",
        "Join the option and its value with `=`: `--post-renderer-args=--config=FILE`. For several options, repeat "
        "`--post-renderer-args=`.",
        (HELM,),
    ),
    Entry(
        "Helm, kubectl",
        ("unknown flag: --config",),
        "The option belongs to `spk-macvlan`, but was passed to Helm or kubectl.",
        "Pass the option through Helm: `--post-renderer-args=--config=FILE`. In a pipe, pass it to `spk-macvlan`.",
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
        "Helm 4 runs only one post-renderer. If several are given, Helm 3 silently runs the last one.",
        "Pass only one post-renderer. To run two, write a plugin or a script that pipes one into the other.",
        (HELM,),
    ),
    Entry(
        "Helm 3",
        ('failed to load plugins: failed to load plugin at "…/plugin.yaml": … unknown field "apiVersion"',),
        "Helm 3 uses the same plugins directory as Helm 4, but cannot load a Helm 4 plugin. Helm 3 can still run the "
        "program as its post-renderer.",
        "You can ignore this message. To prevent it, unset `HELM_PLUGINS` for Helm 3, or give Helm 4 its own "
        "`HELM_DATA_HOME`.",
        (HELM,),
        ("plugin is installed but unusable: failed to load plugin",),
    ),
    Entry(
        "Helm 4",
        (
            'failed to load plugin "…": yaml: unmarshal errors: … field … not found in type plugin.MetadataV1',
            "failed to load plugin (ignoring)",
        ),
        "A `plugin.yaml` in the plugin folder has a field that Helm 4 does not know, or lacks a required field. Helm "
        "up to 4.1.3 then loads no plugin at all; later versions skip only that plugin.",
        "Correct or remove that plugin. If it is the `spk-macvlan` plugin, recreate it with `spk-macvlan helm-plugin "
        "plugins`.",
        (HELM,),
        ("msg=failed to load plugins error=failed to load plugin",),
        needs="load plugin",
    ),
    Entry(
        "Helm 4",
        ('post-renderer "…" produced empty output',),
        "`spk-macvlan` always prints something. Helm started another plugin, or the `plugin.yaml` starts another "
        "program.",
        "Check which program the plugin's `plugin.yaml` starts. To recreate the plugin, run `spk-macvlan helm-plugin "
        "plugins`.",
        (HELM,),
    ),
    Entry(
        "Helm 4",
        ('failed to invoke post-renderer plugin "…": plugin "…" exited with error',),
        "The program failed, and Helm 4 hides the program's message. A plugin that `spk-macvlan helm-plugin` wrote "
        "normally shows the message anyway. If you see no message, either your plugin's `plugin.yaml` lacks "
        "`--on-error-document`, or the program was killed, for example because it ran out of memory.",
        "Run the pipe by hand to see the message: `helm template … | spk-macvlan`.",
        (HELM,),
    ),
    Entry(
        "Helm",
        (
            "wrong node kind: expected MappingNode but got ScalarNode: node contents:",
            "error while running command …. error output:",
        ),
        "Helm 4 (first message) and Helm 3 (second message) print this text around the post-renderer's own message.",
        "The line that starts with `spk-macvlan: ` says what is wrong and what to do. If there is no such line, a "
        "program other than `spk-macvlan` ran.",
        (HELM,),
        around=True,
    ),
    Entry(
        "Helm 4, Flux, kubectl",
        ('failed to create typed patch object (…): … .env: duplicate entries for key [name="…"]',),
        "The chart lists a variable twice, as F5's chart does with `TMM_MAPRES_DELAY_MS`. Server-side apply refuses "
        "the object. Helm 4 and Flux use server-side apply by default for a new release.",
        "Set the variable in `spec.tmm.env` of the config, with the value that you want, so that the variable is "
        "listed only once. Or turn off server-side apply: in Helm 4 with `--server-side=false`, in Flux with "
        "`spec.install.serverSideApply: false`. See [repeated-variables](rules.md#repeated-variables).",
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
        "The object in the message already exists and does not belong to this Helm release. It belongs to another "
        "release, or was created by hand, for example from the output of the verb `networks`.",
        "Give each release its own objects, including networks. Or set `create: false` if another release owns the "
        "network, or take over the objects with `--take-ownership`. See [who owns a "
        "network](faq.md#two-releases-use-one-network-who-owns-it).",
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
        "The cluster does not know this kind, because Multus, which defines it, is not installed. Helm applied "
        "nothing.",
        "Install Multus. OpenShift includes it, unless it was disabled; the status of the cluster operator `network` "
        "has details.",
        (HELM,),
        ('resource mapping not found for name: … no matches for kind "NetworkAttachmentDefinition"',),
    ),
    Entry(
        "kubectl",
        ('no matches for kind "MacvlanConversion" in version "spk-macvlan.internal/v1alpha1"',),
        "You applied the config of `spk-macvlan`. It is not a Kubernetes object; only the program reads it.",
        "Pass the config to the program: `… | spk-macvlan --config FILE`, or, through Helm, "
        "`--post-renderer-args=--config=FILE`. Then apply the program's output.",
        (HELM,),
        ('resource mapping not found for name: … no matches for kind "MacvlanConversion"',),
    ),
    Entry(
        "kubectl, Helm",
        (
            'no matches for kind "F5SPKVlan" in version "k8s.f5net.com/v1"; ensure CRDs are installed first',
            'no matches for kind "CNEInstance" in version "k8s.f5.com/v1"; ensure CRDs are installed first',
        ),
        "The cluster does not know this F5 kind, because the product's CRDs are not installed or belong to another "
        "version of the product.",
        "Install the product first, because its charts include the CRDs. Apply the output of `vlans` after "
        "that. `kubectl api-resources | grep f5` lists the kinds that the cluster has. For `gateway.k8s.f5net.com`, "
        "see [gateway-group](rules.md#gateway-group).",
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
        "The account lacks the permission in the message: for that action, on that kind of object, in that namespace "
        "or in the whole cluster. The object itself is correct.",
        "Ask the cluster's administrator for the permission. `kubectl auth can-i create RESOURCE -n NAMESPACE` shows "
        "whether you have it. `verify` needs [fewer permissions](verify.md#rights) than a release.",
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
        "points to another cluster, or the cluster is down.",
        "Check whether `kubectl cluster-info` works. Correct `KUBECONFIG`, `--kubeconfig` or the context. To "
        "render without a cluster, use `helm template …`.",
        (HELM, VERIFY),
        ("error validating data: failed to download openapi: Get …: dial tcp …: connect: connection refused",),
    ),
    Entry(
        "kubectl",
        ('the namespace from the provided object "…" does not match the namespace "…"',),
        "The manifests have objects in several namespaces, for example because the config puts the networks in "
        "`default`. With `-n`, kubectl accepts only one namespace.",
        "Leave out `-n`: `kubectl apply -f FILE`. Objects without a namespace then go to the context's namespace, so "
        "let the chart set the namespace (`helm template … -n NAMESPACE`), or set it in the context.",
        (HELM,),
    ),
    Entry(
        "Helm",
        ('namespaces "…" not found',),
        "The namespace of the release, or of an object, does not exist.",
        "Create the namespace: `helm install … --create-namespace`, or `kubectl create namespace NAME`. The namespace "
        "of each network in the config must also exist.",
        (HELM,),
        ('create: failed to create: namespaces "…" not found',),
        needs=r"namespaces\W+\S+\W+not found",
    ),
    Entry(
        "Helm",
        ("cannot re-use a name that is still in use", "cannot reuse a name that is still in use"),
        "The namespace already has a release of this name. A release that failed to install counts, too.",
        "Use `helm upgrade -i …` with the same options. Or look for the release with `helm list -a -n …`, and remove "
        "it with `helm uninstall …`.",
        (HELM,),
    ),
    Entry(
        "Helm",
        ("another operation (install/upgrade/rollback) is in progress",),
        "Another Helm process is working on this release, or a Helm process was killed before it finished.",
        "Wait until that process ends. If none is running, `helm history …` ends with a revision whose status is "
        "`pending-…`: roll back to the last deployed revision, or uninstall the release if there is none.",
        (HELM,),
    ),
    Entry(
        "Helm 4, kubectl",
        ('Apply failed with 1 conflict: conflict with "…" using …: …',),
        "Another program, such as `kubectl` or an operator, has changed the field since it was last applied. "
        "Server-side apply does not overwrite such a change.",
        "Check whether the change is intended. To overwrite it, pass `--force-conflicts` to Helm or kubectl. See "
        "[which differences an upgrade does not repair](faq.md#which-differences-does-an-upgrade-not-repair).",
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
        "keep`). Helm 3 and Helm 4.1 cannot roll back past such an upgrade.",
        "Do not roll back. Upgrade again, with the post-renderer. See [why the networks are "
        "gone](faq.md#why-are-the-networks-gone-after-an-upgrade).",
        (HELM,),
    ),
    Entry(
        "Helm",
        ("could not find template templates/spk-macvlan-nads.yaml in chart",),
        "`--show-only` looks for the networks, but the manifests have none, because Helm ran without the "
        "post-renderer or each network has `create: false`.",
        "Add `--post-renderer spk-macvlan`, or print the networks with the verb `networks`.",
        (HELM,),
        needs="spk-macvlan-nads",
    ),
    Entry(
        "Helm",
        (
            "resource Deployment/…/f5-tmm not ready. status: InProgress, message: …",
            "Error: UPGRADE FAILED: context deadline exceeded",
        ),
        "Helm was told to wait (`--wait`), but a workload did not become ready in time. If the message does not name "
        "the workload, it is usually TMM, whose pods need hugepages, whole CPUs and their networks.",
        "`kubectl describe pod -l app=f5-tmm` (or the pods of another workload) shows the reason under Events. Pass "
        "the reason to `explain`. The verb [`verify`](verify.md) checks the whole cluster.",
        (HELM,),
        ("Error: INSTALLATION FAILED: context deadline exceeded",),
    ),
)

OF_KUSTOMIZE = (
    Entry(
        "kustomize",
        ('exec: "spk-macvlan-krm": executable file not found in $PATH',),
        "The build runs the program `spk-macvlan-krm` as a function, but the program is not on the `PATH`.",
        "Put the program on the `PATH`. Every [installation](install.md) includes it, next to `spk-macvlan`.",
        (KUSTOMIZE,),
    ),
    Entry(
        "kustomize, kubectl",
        ("external plugins disabled; unable to load external plugin 'MacvlanConversion'",),
        "The kustomization uses a function, and a build runs functions only if they are enabled.",
        "Pass `--enable-alpha-plugins` and `--enable-exec` to kustomize. `kubectl` cannot run the function: use a "
        "[compiled Component](kustomize.md#compiled-component).",
        (KUSTOMIZE,),
    ),
    Entry(
        "kubectl",
        ("unknown flag: --enable-exec",),
        "The kustomize that is built into `kubectl` cannot run programs.",
        "Use the standalone `kustomize`, or a [compiled Component](kustomize.md#compiled-component).",
        (KUSTOMIZE,),
        ("unknown flag: --enable-alpha-plugins",),
    ),
    Entry(
        "kubectl, Helm",
        ('no matches for kind "SpkMacvlanDidNotRun" in version "spk-macvlan.invalid/v1"',),
        "The function removes this object when it runs. The object is still in the output, so the function did not run."
        " `kubectl` refuses the object, but has applied all the others unconverted.",
        "Build into a file with `--enable-alpha-plugins` and `--enable-exec`, then apply the file. Or use a [compiled "
        "Component](kustomize.md#compiled-component).",
        (KUSTOMIZE,),
    ),
    Entry(
        "kustomize, Flux",
        (
            "testing value … failed: test failed",
            "test operation does not apply: is missing path: …: missing value",
            "nothing selected by Deployment.v1.apps/…:metadata.name",
        ),
        "The patches were compiled from different manifests, for example from another chart version, with other "
        "values, or with another name or namespace.",
        "Render the current manifests, and compile the patches again.",
        (KUSTOMIZE, FLUX),
        (
            "remove operation does not apply: doc is missing path",
            "replace operation does not apply: missing path",
        ),
    ),
    Entry(
        "kustomize, Flux",
        ('yaml: unmarshal errors: line …: mapping key "…" already defined at line …',),
        "The chart renders a key twice, as F5's chart does in the container `blobd`. Helm uses the last value, but "
        "kustomize fails.",
        "In the chart's values, disable the part that renders the key twice: for `blobd`, set "
        "`f5-tmm.blobd.enabled: false`.",
        (KUSTOMIZE, FLUX),
    ),
)

OF_FLUX = (
    Entry(
        "Flux",
        ("may not add resource with an already registered id: …",),
        "Two objects have the same kind and name. With Flux 2.8.0 to 2.8.5, these are usually a hook and a template, "
        "because those versions send both to the post-renderers.",
        "Use another version of Flux; from 2.9 on, set `postRenderStrategy: nohooks`. With kustomize, list each "
        "object only once, and leave out hooks (`helm template … --no-hooks`).",
        (FLUX,),
    ),
    Entry(
        "Flux",
        (
            ".spec.postRenderStrategy: field not declared in schema",
            'unknown field "spec.postRenderStrategy"',
        ),
        "This version of Flux is older than 2.9, and does not know the field.",
        "Compile the patches again, with `--flux-version 2.8`.",
        (FLUX,),
    ),
    Entry(
        "Flux",
        ("ContainerCreating",),
        "The pods are waiting for their networks, or for something else that the kubelet prepares.",
        "Check the Kustomization that applies the networks, and the pod's events: `kubectl describe pod`.",
        (FLUX,),
        around=True,
    ),
)

OF_ARGOCD = (
    Entry(
        "Argo CD",
        (
            "unknown parameter …; use one of …",
            "parameter … must be given as string, not array",
            "parameter … is listed twice; remove one of them",
            "parameter … applies only to Helm, but kustomize is true",
        ),
        "A parameter of the application is misspelled, is given twice, has the wrong form, or applies only to Helm.",
        "Compare the parameter with [the table of parameters](argocd.md#an-application).",
        (ARGOCD,),
        ("unknown parameter …; the known ones are …",),
        needs="parameter",
    ),
    Entry(
        "Argo CD",
        ("no config: the application's folder has no spk-macvlan.yaml",),
        "The plugin found no config in the application's folder.",
        "Add the file `spk-macvlan.yaml`, or set the parameter `config-file` or `config`.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        (
            "is a URL; keep the file in the repository",
            "is outside the repository; use a file in it",
            "is not a file in the repository; give a path relative to the application's folder",
        ),
        "The plugin reads only files in the application's repository.",
        "Keep the file in the repository, and give its path relative to the application's folder.",
        (ARGOCD,),
        ("is not a file in the repository; give a path relative to the application",),
    ),
    Entry(
        "Argo CD",
        (
            "points to a file outside the repository, which is never read",
            "refers to another schema, which is never read",
            "cannot be read as a packaged chart",
            "is not a path in the repository; copy a remote base into the repository",
            "is not a repository; use an https, http or oci address",
            "is the name of a repository in Helm's settings, which are not used",
        ),
        "Helm or kustomize would read something outside of the repository, or the plugin cannot rule that out.",
        "See [what the plugin refuses](argocd-untrusted.md#what-the-plugin-refuses).",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        (
            "is not one plain YAML document; write one without anchors, aliases, tags and directives",
            "which is unknown or may not be used here",
            "is not a path that can be checked",
            "may be read as an address; write it with ./ in front",
        ),
        "A file that names other files, such as `Chart.yaml` or `kustomization.yaml`, is written in a way that Helm or "
        "kustomize may read differently from the plugin, or has a field that the plugin does not allow.",
        "Follow the message. If the field makes kustomize run a program, commit what the program prints instead.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        ("on the PATH is a script, but no other program may run beside it",),
        "The image has a script in place of `helm` or `kustomize`, but a script needs other programs, which the plugin "
        "does not allow.",
        "Put the program itself on the `PATH` of the image.",
        (ARGOCD,),
    ),
    Entry(
        "Argo CD",
        ("release-name … is not a valid name; use at most 53 characters: a-z, 0-9, - and .",),
        "The application's name, which is the default release name, is not valid for Helm.",
        "Set the application's parameter `release-name` to a valid name.",
        (ARGOCD,),
        ("release-name … is not a release name; use at most 53 of a-z, 0-9, - and .",),
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
        "Rendering took too long: by default, Argo CD limits the whole operation to 60 seconds.",
        "Vendor the chart's dependencies, keep the repository small, or raise "
        "`controller.repo.server.timeout.seconds` and `server.repo.server.timeout.seconds` in the ConfigMap "
        "`argocd-cmd-params-cm`.",
        (ARGOCD,),
        ("python3 -I -m postrender cmp generate failed signal: terminated",),
    ),
    Entry(
        "Argo CD",
        ("Manifest generation error (cached)",),
        "After three failures, Argo CD repeats the last error for 60 minutes without trying again.",
        "Correct the cause, which Argo CD shows after this message, then use Hard Refresh.",
        (ARGOCD,),
        around=True,
    ),
    Entry(
        "Argo CD",
        ("could not find cmp-server plugin with name … supporting the given repository",),
        "No sidecar of the repo-server serves that plugin.",
        "Check that `plugin.name` ends in the version of the image (`spk-macvlan-0.1.0`), and that the sidecar is "
        "running.",
        (ARGOCD,),
        ("config management plugin not supported. plugin name …",),
    ),
    Entry(
        "Argo CD",
        ("multiple application sources defined: Helm,Plugin",),
        "A source of an Argo CD application can have either `helm:` or `plugin:`, but not both.",
        "Remove `helm:`, and pass its settings as [parameters](argocd.md#an-application) of the plugin.",
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
        "No node has enough of this resource left, so the pod is Pending. One node must have enough free hugepages, "
        "CPUs and memory at the same time.",
        "Provide more of the resource on a node, or request less in `spec.tmm.resources`; keep 1.5Gi of hugepages for "
        "each CPU ([hugepages-per-cpu](rules.md#hugepages-per-cpu)). [`verify`](verify.md) compares the request with "
        "the nodes' resources.",
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
        "The pod requests an SR-IOV device, but no node offers one. Either the release was not converted, or the "
        "resource belongs to a device plugin other than OpenShift's, or a network has a resource name "
        "([resource-name](rules.md#resource-name)).",
        "Deploy the release again, through `spk-macvlan`. List resources of other device plugins in "
        "`spec.tmm.unsetResources` ([sriov-leftovers](rules.md#sriov-leftovers)).",
        (PODS,),
        needs="insufficient",
    ),
    Entry(
        "Kubernetes",
        (
            "node(s) didn't match Pod's node affinity/selector",
            "node(s) had untolerated taint",
        ),
        "The chart's values restrict TMM to nodes that the cluster does not have.",
        "Correct `nodeSelector`, `affinity` or `tolerations` in the values, or label the node.",
        (PODS,),
    ),
    Entry(
        "Kubernetes",
        (
            "TopologyAffinityError",
            "Resources cannot be allocated with Topology locality",
        ),
        "The node's topology manager finds no NUMA node that has both the CPUs and the hugepages.",
        "Request less in `spec.tmm.resources`, or use another policy for the kubelet's topology manager.",
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
        "A container that requests hugepages must have an equal limit, and must also request CPU or memory.",
        "Set `cpu`, `hugepages-2Mi` and `memory` in `spec.tmm.resources`; the conversion writes each to both limits "
        "and requests.",
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
        "The network does not exist in that namespace. Either it does not exist yet, because Helm 4 creates it after "
        "the pods, or it is in another namespace, or an upgrade without the post-renderer has deleted it.",
        "Wait a minute, because the kubelet retries. If the message persists, look for the network with `kubectl get "
        "net-attach-def -A`, and see [why the networks are gone](faq.md#why-are-the-networks-gone-after-an-upgrade).",
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
        "Multus is configured to refuse networks outside of the pod's own namespace.",
        "Remove the network's `namespace`, so that the network is created in TMM's own namespace. On OpenShift, "
        "`default` also works ([network-namespace](rules.md#network-namespace)).",
        (PODS,),
    ),
    Entry(
        "Multus",
        ("failed to unmarshal Spec.Config: …",),
        "The config of a NetworkAttachmentDefinition is not JSON. `spk-macvlan` always writes JSON, so somebody else "
        "created this definition.",
        "Correct `spec.config` of that definition, or let `spk-macvlan` define the network (`create: true`).",
        (PODS,),
    ),
    Entry(
        "macvlan",
        ('failed to lookup master "…": Link not found',),
        "The node has no NIC with the name in the network's `master`.",
        "Run `ip link` on the node to see the NICs' names, and correct `master`. If the names differ from node to "
        "node, see [what to do](faq.md#network-cards-have-different-names-on-different-nodes).",
        (PODS,),
        (
            "Link not found",
            "failed to lookup master",
        ),
    ),
    Entry(
        "macvlan",
        ("invalid MTU …, must be [0, master MTU(…)]",),
        "The network's `mtu` is larger than the NIC's.",
        "Raise the NIC's MTU on the node, or lower both the network's `mtu` and TMM's MTU ([mtu](rules.md#mtu)).",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            "failed to create macvlan: invalid argument",
            "failed to create macvlan: device or resource busy",
        ),
        "The NIC is in use by a bridge, by a bond, or by another pod in mode `passthru`, which reserves the NIC.",
        "Use mode `bridge`, or one NIC for each pod ([passthru-replicas](rules.md#passthru-replicas), "
        "[shared-master](rules.md#shared-master)). If the mode is already `bridge`, free the NIC on the node.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            'failed to rename macvlan to "…": file exists',
            'cannot set "macvlan" interface name to "…": validateIfName: interface name … already exists',
        ),
        "The pod already has an interface of that name: its own `eth0` or `lo`, or another network's interface.",
        "Give the network another `interface` in the config, or leave the field out.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        ('unknown macvlan mode: "…"',),
        "The network's definition has a mode that the plugin does not support. `spk-macvlan` never writes such a "
        "mode, so somebody else created this definition.",
        "Set the mode `bridge`, `private`, `vepa` or `passthru` in that definition.",
        (PODS,),
    ),
    Entry(
        "macvlan",
        (
            'incompatible CNI versions; config is "…", plugin supports […]',
            "cannot convert: no valid IP addresses",
        ),
        "The node's CNI plugins do not support the network's `cniVersion`. Plugins from 2022 or earlier refuse "
        "`1.1.0`, and a `cniVersion` before 0.3.0 needs an address, which TMM's networks do not have.",
        "Set `cniVersion` to `0.3.1`, the default, or to `0.3.0`. Or install newer plugins.",
        (PODS,),
    ),
    Entry(
        "Multus",
        ('failed to find plugin "…" in path […]',),
        "The node lacks that CNI plugin, or Multus looks for it in another folder. If the name is empty, the macvlan "
        "plugin is older than 0.8 and refuses an empty `ipam`.",
        "Install current CNI plugins on each node, in the folder that Multus names (`binDir`).",
        (PODS,),
    ),
    Entry(
        "Multus",
        (
            "failed to create pod network sandbox …: error adding pod … to CNI network …",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox …",
        ),
        "A network of the pod could not be attached. The end of the message says which network, and why.",
        "Find the message of Multus or of the CNI plugin at the end, and pass it to `explain`.",
        (PODS,),
        ("FailedCreatePodSandBox",),
        around=True,
    ),
    Entry(
        "Kubernetes",
        ("CrashLoopBackOff",),
        "A container of the pod repeatedly starts and ends. The container's log shows the reason. For TMM, the usual "
        "cause is too few hugepages or too little memory.",
        "`kubectl logs -p POD -c CONTAINER` shows the output of the container's previous run, and `kubectl describe "
        "pod POD` shows its exit status. Pass both to `explain`.",
        (PODS,),
        ("Back-off restarting failed container … in pod …",),
        around=True,
    ),
    Entry(
        "Kubernetes",
        ("ImagePullBackOff", "ErrImagePull"),
        "The node cannot pull an image. The conversion does not change images: their names, registries and pull "
        "secrets come from the chart.",
        "`kubectl describe pod POD` shows the registry's answer. Correct the image in the chart's values, or create "
        "the pull secret in the namespace.",
        (PODS,),
        ('Failed to pull image "…": …', 'Back-off pulling image "…"'),
    ),
    Entry(
        "Kubernetes",
        ('MountVolume.SetUp failed for volume "…": secret "…" not found', 'Error: secret "…" not found'),
        "The pod needs a secret or a config map that does not exist. The conversion neither adds nor removes such "
        "objects. Either you must create the object, as with the certificates of TMM and its controller, or a "
        "controller creates it later.",
        "Create the object in the pod's namespace, as the product's installation guide describes, or wait for the "
        "controller. The kubelet retries.",
        (PODS,),
        (
            'MountVolume.SetUp failed for volume "…": configmap "…" not found',
            'Error: configmap "…" not found',
        ),
    ),
    Entry(
        "Kubernetes",
        ("Readiness probe failed: …", "Liveness probe failed: …"),
        "A container runs but is not ready. Usually, TMM waits for its configuration, or for the other containers of "
        "its pod.",
        "The logs of the pod's containers, `kubectl logs POD -c CONTAINER`, show what TMM waits for. Pass them to "
        "`explain`. Also check the controller's log.",
        (PODS,),
    ),
    Entry(
        "OpenShift",
        ("unable to validate against any security context constraint: …",),
        "TMM is privileged, both before and after the conversion, but its service account is not allowed to use a "
        "security context constraint that permits this.",
        "Grant the permission to that account: `oc adm policy add-scc-to-user privileged -z SERVICEACCOUNT -n "
        "NAMESPACE`. The account is in the pods' field `serviceAccountName`.",
        (PODS,),
    ),
)

OF_POLICIES = (
    Entry(
        "Kubernetes",
        ("ValidatingAdmissionPolicy '…' with binding '…' denied request: TMM is not on macvlan: …",),
        "The guard denies a TMM that was not converted. The rest of the message names the first problem.",
        "Deploy the release again through the post-renderer, with the config from which the guard was compiled.",
        (POLICIES,),
        (
            "TMM is not on macvlan: …; deploy it again through spk-macvlan (Helm: --post-renderer spk-macvlan)",
            "TMM is not on macvlan: …; release it again through spk-macvlan (Helm: --post-renderer spk-macvlan)",
        ),
        needs="TMM is not on macvlan",
    ),
    Entry(
        "kubectl",
        ('no matches for kind "MutatingAdmissionPolicy" in version "admissionregistration.k8s.io/v1"',),
        "Kubernetes has this kind from 1.36 on; 1.34 and 1.35 have it only if it is enabled.",
        "For 1.34 and 1.35, compile with `--policy-version v1beta1`. For an older cluster, convert with the "
        "post-renderer or a compiled Component; the format `guard` works from 1.30 on.",
        (POLICIES,),
    ),
    Entry(
        "kubectl",
        ('no matches for kind "ValidatingAdmissionPolicy" in version "admissionregistration.k8s.io/v1"',),
        "This cluster is too old: Kubernetes has this kind from 1.30 on, and OpenShift from 4.17 on.",
        "Convert with the post-renderer or a compiled Component. The guard cannot be used in this cluster.",
        (POLICIES,),
    ),
)

OF_INSTALL = (
    Entry(
        "shell",
        ("spk-macvlan: command not found", "command not found: spk-macvlan", "spk-macvlan: not found"),
        "The program is not installed, or its folder is not on the `PATH` of this shell.",
        "[Install it](install.md#with-pipx-or-pip). After an installation with pipx, `pipx ensurepath` puts pipx's "
        "folder on the `PATH` of new shells.",
        (INSTALL,),
        needs=r"spk-macvlan: (?:command )?not found|command not found: spk-macvlan",
    ),
    Entry(
        "pip",
        ("error: externally-managed-environment",),
        "Debian and Ubuntu refuse to run pip outside of a virtual environment.",
        "Use pipx, or [create an environment](install.md#with-pipx-or-pip).",
        (INSTALL,),
    ),
    Entry(
        "pip",
        ("Package 'spk-macvlan' requires a different Python: … not in '>=3.10'",),
        "This Python is older than 3.10.",
        "Install the program with a newer Python, as in `python3.12 -m venv ../lab`.",
        (INSTALL,),
        ("needs Python 3.10 or newer as python3, and this is Python …; install a newer one",),
    ),
    Entry(
        "Helm 4",
        ("this plugin has PyYAML for CPython … on Linux (…) and macOS (…), not for Python … on …",),
        "The plugin that contains the program has no PyYAML for this Python or this machine.",
        "Install the program with pipx, and [write its plugin](helm.md#helm-4) with `spk-macvlan helm-plugin plugins`.",
        (INSTALL,),
    ),
    Entry(
        "spk-macvlan",
        ("PyYAML is installed without its C parser",),
        "This PyYAML was built without libyaml.",
        "Install PyYAML from its wheel or from the distribution's package.",
        (INSTALL,),
    ),
    Entry(
        "Helm 4",
        (
            "plugin verification failed: no provenance file (.prov) found",
            "plugin source does not support verification",
        ),
        "Helm 4 verifies packaged plugins, but found no signature file next to this package.",
        "Pass `--verify=false`, or [sign the plugin](install.md#as-a-signed-plugin-of-helm-4).",
        (INSTALL,),
        ("No provenance file found for plugin. Plugin is not signed and cannot be verified.",),
    ),
    Entry(
        "Helm 4",
        (
            "sha256 sum does not match for …",
            "signature made by unknown entity",
        ),
        "The package differs from the signed one, or the signer's key is not in the keyring.",
        "Get the package and its `.prov` file again, and pass the signer's public key with `--keyring`.",
        (INSTALL,),
    ),
    Entry(
        "Helm 4",
        (
            "plugin already exists",
            "cannot get information about plugin source",
        ),
        "A plugin of that name is already installed. Helm cannot update a plugin that came from a file or a folder.",
        "Uninstall the installed plugin, then install the new one.",
        (INSTALL,),
        needs="plugin",
    ),
)

OF_VERIFY = (
    Entry(
        "spk-macvlan",
        (
            "neither kubectl nor oc is on the PATH",
            "no such program; give the path of kubectl or oc",
        ),
        "`verify` queries the cluster through `kubectl` or `oc`, but found neither.",
        "Install one of them, or pass its path with `--kubectl PATH`.",
        (VERIFY,),
        ("no kubectl and no oc on the PATH",),
    ),
    Entry(
        "spk-macvlan",
        ("check --kubeconfig and --context, and that the cluster is up",),
        "The cluster did not answer the first request of `verify`. The message of `kubectl` or `oc` comes before this "
        "text.",
        "Check whether `kubectl version` works with the same options.",
        (VERIFY,),
        ("check --kubeconfig, --context and that the cluster is up",),
    ),
)

OF_OURS = (
    Entry(
        "spk-macvlan",
        ("no config found; use --config FILE or $SPK_MACVLAN_CONFIG",),
        "Neither `--config` nor `$SPK_MACVLAN_CONFIG` is set, and the working directory has no `spk-macvlan.yaml`. "
        "Through Helm, the working directory is the folder in which Helm runs.",
        "Write a config with the verb `init`, or pass the path of an existing config (through Helm: "
        "`--post-renderer-args=--config=FILE`).",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: …: cannot read the config: No such file or directory",),
        "The file that `--config` or `$SPK_MACVLAN_CONFIG` names does not exist. A relative path starts at the working "
        "directory; through Helm, that is the directory in which Helm runs.",
        "Correct the path, or use the full path. If there is no config yet, write one with the verb `init`.",
        (OURS,),
        ("cannot read the config: No such file or directory; write one with `spk-macvlan init`",),
        needs="No such file or directory",
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: FILE:LINE:COLUMN: spec.…: …; …",),
        "The config or the manifests (`<stdin>`) contain an error at that position. The text after the field says what "
        "is wrong, and the text after the last semicolon says what to do.",
        "Fix the error at that position. [The config reference](config.md) describes every field. [In an "
        "editor](install.md#in-an-editor), the schema shows mistakes while you type.",
        (OURS,),
        (
            "spk-macvlan: …: spec.",
            "spk-macvlan: …: kind: must be MacvlanConversion, not …",
            "spk-macvlan: …: apiVersion: must be",
            "more mistakes; correct those above first",
        ),
        needs=r"spk-macvlan: (?:.{0,300}: )?(?:spec[.\[:]|kind:|apiVersion:)|more mistakes?",
    ),
    Entry(
        "spk-macvlan",
        ("spk-macvlan: FILE:LINE:COLUMN: spec.…: unknown field; did you mean …?",),
        "The config has a field that does not exist at that position. The field is misspelled, or has the wrong "
        "indentation.",
        "Compare the field with [the config reference](config.md), which describes every field. In [an "
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
        "Two networks of the config have the same name in one namespace, or the same interface in the pod.",
        "Rename one of them, or set its `namespace` or `interface`. See [the networks of the "
        "config](config.md#specnetworks-in-order).",
        (OURS,),
        (
            "spk-macvlan: …: spec.networks[1].name: listed twice; names must be unique",
            "is listed twice in the config; rename one of the two networks, or set its namespace",
        ),
        needs="listed twice|must be unique",
    ),
    Entry(
        "spk-macvlan",
        (
            "this file contains manifests, not an spk-macvlan config; pass it on standard input",
            "not an spk-macvlan config: apiVersion, kind and spec are missing",
            "a second document starts here; the config must be one YAML document",
            "the config is empty",
        ),
        "The file in `--config` is not a config, or has more than one YAML document.",
        "Write a config with the verb `init`, and pass that file. Pass manifests on standard input.",
        (OURS,),
        ("larger than …, so it is not an spk-macvlan config",),
    ),
    Entry(
        "spk-macvlan",
        (
            "input and output are the same file, which the shell has emptied; write to another file",
            "standard output is redirected to the config …, which the shell has emptied; restore the config",
        ),
        "A shell empties the file after `>` before it starts the program, so nothing is left to read.",
        "Restore the file, for example from Git or by rendering it again, and write to another file.",
        (OURS,),
        ("standard output is the config …, which the shell has emptied; restore the config",),
    ),
    Entry(
        "kubectl",
        ("error: no objects passed to apply",),
        "`kubectl` got no input, because the program before it in the pipe failed and wrote nothing.",
        "Above this message, the line that starts with `spk-macvlan: ` says what is wrong. With `set -o pipefail`, "
        "bash returns the exit status of the program that failed.",
        (OURS,),
        ("error: no objects passed to create", "error: no objects passed to delete"),
        around=True,
    ),
    Entry(
        "spk-macvlan",
        ("is still the placeholder FILL-IN; set it to the nodes' NIC",),
        "`init` cannot know the name of a NIC, so it wrote `FILL-IN`.",
        "Replace `FILL-IN` with the NIC's name, as `ip link` shows it on the nodes.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "no manifests on standard input",
            "no Kubernetes object on standard input; check the command before the pipe",
        ),
        "No manifests came through the pipe. Either the chart renders nothing with these values, or the command "
        "before the pipe failed, or Helm 3 ran with `--output-dir`, which leaves nothing for a post-renderer.",
        "Run the command before the pipe on its own, and check its output.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "this is a chart's values file, not manifests",
            "this is an spk-macvlan config, not manifests; pass it with --config FILE",
            "this is Helm's output about a release, not only its manifests",
            "the stream is compressed (gzip); if it is a packaged chart, render it first",
        ),
        "`spk-macvlan` expects the manifests of a rendered chart, but got something else.",
        "Pipe in the output of `helm template …` or `helm get manifest …`. Pass the config with `--config`. [The verb "
        "`values`](values.md) converts a values file. Keep other output, such as error messages, out of the pipe (no "
        "`2>&1`).",
        (OURS,),
        (
            "the line is from a template: render it first",
            "this is an spk-macvlan config, not manifests; give it with --config FILE",
            "this is Helm's report on a release, which contains more than manifests",
        ),
    ),
    Entry(
        "spk-macvlan",
        (
            "this values file has no TMM keys",
            "the file has no content; pass the file that sets TMM's keys",
        ),
        "`values` converts the values file that sets TMM's keys. These are under `f5-tmm.tmm`, or under `tmm` in "
        "charts of SPK 1.5 and in the sub-chart's own values file.",
        "Pass that file, or convert the rendered manifests instead: `helm template … | spk-macvlan`.",
        (OURS,),
        (
            "not a values file: it has more than one document",
            "both tmm and f5-tmm are set, but a chart reads only one of them",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("no Deployment or DaemonSet … in the stream, and no CNEInstance",),
        "The manifests contain no TMM (exit status 4).",
        "Check that the chart is the right one and that its values are complete. The workload must have the name in "
        "`spec.tmm.workload` and the namespace in `spec.tmm.namespace`. In BIG-IP Next for Kubernetes, an operator "
        "creates the workload: convert the chart that has the CNEInstance. For manifests that need no TMM, use "
        "`--allow-no-target`.",
        (OURS,),
        ("none of the files contains a TMM; check spec.tmm in the config",),
    ),
    Entry(
        "spk-macvlan",
        ("found 2 TMM workloads: …; set spec.tmm.namespace to choose one",),
        "The manifests or the cluster have several TMMs, but one run converts or verifies only one TMM.",
        "Set the namespace in `spec.tmm.namespace` (for `verify`, with `--namespace`), and run the program once for "
        "each TMM.",
        (OURS, VERIFY),
        (
            "TMM workloads: Deployment … at line …; give each one a namespace, or keep only one",
            "TMM workloads: …; Kubernetes keeps only the last of several objects with the same name; keep only one",
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
        "A TMM has a container with the name in F5's annotation `toda.f5.com/tmm-name`, or one named `f5-tmm`. This "
        "workload has no such container, or has two. Either it is another workload, such as the controller, or its TMM "
        "container has another name.",
        "Correct `spec.tmm.workload`, or set the container's name in [`spec.tmm.container`](config.md#spectmm).",
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
        "The manifests have a NetworkAttachmentDefinition that differs from the config's. The conversion never "
        "overwrites it.",
        "Make the two definitions equal, choose another name for the network in the config, or set `create: false` "
        "for the network.",
        (OURS,),
        ("the stream already defines …, but its config is not a JSON object",),
    ),
    Entry(
        "spk-macvlan",
        ("the stream defines … twice, here and at line …, with different CNI configs; keep only one definition",),
        "Two NetworkAttachmentDefinitions have the same name but differ. `kubectl apply` applies both, so the last "
        "one wins.",
        "Remove one of them from the chart or its values.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("only a Helm hook defines …, but a hook's objects are not part of the release; remove the hook annotation",),
        "The network is defined only by a Helm hook. Helm creates a hook's objects separately from the release, and "
        "may delete them after the hook has run.",
        "Make the definition an ordinary object. If the hook creates the network before TMM starts and keeps it, set "
        "`create: false` for the network.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("hugepages-2Mi is …, but must be a whole number of 2Mi pages, in Mi or Gi; set it in spec.tmm.resources",),
        "`TMM_MAPRES_HUGEPAGES` counts pages of 2Mi, but the chart's `hugepages-2Mi` is not a whole number of pages, "
        "or is not a quantity at all.",
        "Set `hugepages-2Mi` in `spec.tmm.resources`, for example to `1572Mi`.",
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
        "The operator chooses TMM's resources itself, so the quantities in the config would have no effect.",
        "Remove `spec.tmm.resources` from the config, and set `deploymentSize` or `demoMode` in the BNKGatewayClass.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "is …, but must be a map; fix the chart's values",
            "is …, but must be a list; fix the chart's values",
        ),
        "The field must be a map or a list, but the chart rendered something else. Often, a string in the chart's "
        "values replaces a map or a list.",
        "Correct the chart's value for that field.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        ("document … is not valid YAML: …",),
        "A document that could be the TMM cannot be read or edited. The message shows the line.",
        "Look at that line in the output of `helm template …`, and correct the chart or its values. The usual cause "
        "is a tab or a missing quote.",
        (OURS,),
        (
            "document … cannot be edited: it is nested too deeply",
            "document … cannot be edited: an anchor is defined twice",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("cannot be edited without changing something else: …; write the value out in full in the chart's values",),
        "The part of the document that the conversion must change is also used elsewhere (through an alias or a merge "
        "key), or is written in a way that cannot be edited safely.",
        "The message shows the position of this part. In the chart's values or template, write the part out in full.",
        (OURS,),
        ("document … cannot be edited: …",),
    ),
    Entry(
        "spk-macvlan",
        (
            "which Kubernetes' tools misread if another document precedes it",
            "readers disagree on which one counts",
            "only some YAML readers decode this !!binary text",
            "which YAML readers treat differently",
        ),
        "Other programs read this text differently, so they could apply something other than what was converted.",
        "Rewrite the text as the end of the message says.",
        (OURS,),
        (
            "which Kubernetes' tools do not treat as a line break; end lines with LF",
            "which YAML 1.1 and 1.2 read differently; write it as an escape in double quotes",
            "which Kubernetes' tools cannot read after a YAML document",
            "which Kubernetes' tools cannot read beside YAML documents",
            "hides this text from other readers",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("strict: … errors stop this conversion; nothing was written",),
        "`--strict`, `strict: true` in the config, or the Argo CD parameter `strict` is set, so any error that `check` "
        "would report stops the release. The lines above this message show the errors.",
        "Correct the errors. The first line of each error ends with the name of its [rule](rules.md), which you can "
        "pass to `explain`.",
        (OURS,),
        ("an error stops this conversion; nothing was written",),
        around=True,
    ),
    Entry(
        "spk-macvlan",
        ("spec.patches[0]: no document in the stream matches its target",),
        "The target of a patch in the config matches no object, so the patch would change nothing.",
        "Compare `kind`, `name` and `namespace` of the patch's [`target`](config.md#specpatches) with the manifests.",
        (OURS,),
        needs="matches its target",
    ),
    Entry(
        "spk-macvlan",
        (
            "spec.patches[0].patch[0]: test … of … failed",
            "spec.patches[0].patch[0]: replace … of … fails: can't replace a non-existent object",
        ),
        "An operation of a patch does not fit the object: the path does not exist, or a `test` fails. Patches are "
        "applied after the conversion, so they apply to the converted object.",
        "Remove the patches from the config, render, and compare the operation's path with the converted object.",
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
        ("has more than the limit of …; to allow more, use --limit …=AMOUNT",),
        "The input exceeds a limit that is larger than any real release needs.",
        "Check that this is the right input. If it is, raise [the limit](performance.md#limits).",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "the stream is UTF-16, as PowerShell's > writes it; convert it to UTF-8",
            "the stream is not UTF-8; convert it, perhaps from Latin-1 or Windows-1252",
        ),
        "The manifests or the config have an encoding that Kubernetes' tools do not write.",
        "Pipe the manifests directly, without a file in between, or convert the file to UTF-8.",
        (OURS,),
        (
            "the config is UTF-16, as PowerShell's > writes it; save it as UTF-8",
            "the config is not UTF-8; it may be Latin-1 or Windows-1252; save it as UTF-8",
            "the stream contains a NUL byte, so it is not text; check where it comes from",
        ),
    ),
    Entry(
        "spk-macvlan",
        (
            "Helm would use the output of … as the release; remove … from --post-renderer-args",
            "Helm uses the output as the release; remove … from --post-renderer-args",
            "… does not read the manifests on standard input; run it by itself",
        ),
        "Only the verb `render`, the default, can be a post-renderer. Helm would install the output of any other verb.",
        "Run the verb in a pipe: `helm template … | spk-macvlan check`.",
        (OURS,),
    ),
    Entry(
        "spk-macvlan",
        (
            "spk-macvlan: unknown option …; did you mean …?",
            "spk-macvlan: … is not a verb; did you mean …?",
            "spk-macvlan: … is a single argument; write …",
            "spk-macvlan: --network …: the network comes first, then the NIC; write --network …",
        ),
        "The command line is not valid.",
        "Write the command line as the message says. `--help` after a verb, and [the reference](reference.md#verbs), "
        "list every option. Through Helm, each argument needs its own `--post-renderer-args=`.",
        (OURS,),
        (
            "spk-macvlan: --config is given twice; give it once; see spk-macvlan --help",
            "spk-macvlan: --config …: the manifests come from standard input, so the config must be a file",
            "spk-macvlan: --network …: must be NAME=MASTER, such as macvlan-internal=ens224",
            "spk-macvlan: --network …: not a network of the chart; use one of …",
            "spk-macvlan: --network …: names more than one network; repeat --network for each",
            "spk-macvlan: --namespace …: not a valid namespace; use at most 63 characters: a-z, 0-9 and -",
            "spk-macvlan: … is not a verb; to convert a file, use spk-macvlan < FILE",
            "spk-macvlan: --ignore …: unknown rule; did you mean …?",
            "spk-macvlan: --ignore …: unknown rule; to ignore several rules, repeat the option",
            "spk-macvlan: --ignore …: unknown rule; repeat the option for each rule",
            "spk-macvlan: --limit …: unknown limit; the limits are …",
            "spk-macvlan: --limit …: invalid value; use a whole number, optionally followed by Ki, Mi or Gi",
            "spk-macvlan: … does not take …; remove it; see spk-macvlan … --help",
            "spk-macvlan: … does not take the argument …",
            "spk-macvlan: … is a config; to check manifests with it, use --config …",
        ),
    ),
    Entry(
        "spk-macvlan",
        ("internal error, nothing was written: …; please report it",),
        "The program has a bug (exit status 70).",
        "Report the bug, with the output of `--debug`.",
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
