"""Generates the ordinary objects of a chart, in layouts that real templates produce."""

from __future__ import annotations

from random import Random
from string import Template

from benchmarks.filler_text import indented, paragraph, words

_META = """\
metadata:
  name: $name
  namespace: spk-ingress
  labels:
    app.kubernetes.io/name: $name
    app.kubernetes.io/managed-by: Helm
    app.kubernetes.io/instance: "lab"
  annotations: {example.invalid/checksum: '$digest', example.invalid/note: "$words"}
"""

# Templates by file name, in the order in which Helm installs their kinds.
_TEMPLATES = {
    "service-account": """\
apiVersion: v1
kind: ServiceAccount
$meta
# the registry's own secret comes from the installer
imagePullSecrets:
- name: "$name-pull"
automountServiceAccountToken: false
""",
    "secret": """\
apiVersion: v1
kind: Secret
$meta
type: Opaque
data:
  token: $digest$digest
  password: "$digest"
stringData:
  banner: >
$block
""",
    "config": """\
apiVersion: v1
kind: ConfigMap
$meta
data:
  enabled: "yes"
  level: 'info'
  settings.json: '{"name": "$name", "limits": {"flows": 1024, "peers": [1, 2, 3]}}'
  init.conf: |
    # $words
    listener $name {
      port 8443   # $words
    }
$block
  notes.txt: |+
$block

  tail: "$words"
""",
    "role": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
$meta
rules:
  - apiGroups: [""]
    resources: ["configmaps", 'secrets', endpoints]
    verbs: [ get, list, watch ]
$rules
""",
    "role-binding": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
$meta
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: $name}
subjects:
- kind: ServiceAccount
  name: $name

  namespace: spk-ingress
""",
    "service": """\
apiVersion: v1
kind: Service
$meta
spec:
  type: ClusterIP
  selector: { app: $name }   # $words
  ports:
    - name: https
      port: 8443
      targetPort: 8443
    - {name: metrics, port: 9090, protocol: TCP}
""",
    "deployment": """\
apiVersion: apps/v1
kind: Deployment
$meta
spec:
  replicas: 2
  selector:
    matchLabels: {app: $name}
  template:
    metadata:
      labels:
        app: $name
    spec:
      containers:
      - name: $name
        image: 'images.example.invalid/lab/$name:v0.0.0'
        args: ["--verbose", "--limit=10",
               "--name", '$name']
        env:
$env
        resources:
            limits: {cpu: 500m, memory: "512Mi"}
            requests:
                cpu: 100m
                memory: "256Mi"
        readinessProbe:
          httpGet: {path: /ready, port: 8443}
      # $words
      nodeSelector: {}
""",
    "certificate": """\
apiVersion: cert-manager.io/v1
kind: Certificate
$meta
spec:
  secretName: tls-$name
  duration: 8640h
  dnsNames:
  - $name.spk-ingress.svc
  - "$name.spk-ingress.svc.cluster.local"
  usages: [digital signature, key encipherment, server auth]
  issuerRef: {name: lab-issuer, kind: Issuer}
""",
    "route": """\
{
  "apiVersion": "bench.example.invalid/v1",
  "kind": "Route",
  "metadata": {"name": "$name", "namespace": "spk-ingress"},
  "spec": {
    "prefixes": ["192.0.2.0/24", "198.51.100.0/24"],
    "description": "$words"
  }
}
""",
}


def ordinary(rng: Random, count: int) -> list[str]:
    """Return `count` objects, grouped by kind, each with Helm's comment that names its template."""
    kinds = list(_TEMPLATES)
    return [_object(rng, kinds[number * len(kinds) // count], number) for number in range(count)]


def _object(rng: Random, kind: str, number: int) -> str:
    fields = _fields(rng, f"lab-{kind}-{number:05}")
    meta = Template(_META).substitute(fields).rstrip("\n")
    text = Template(_TEMPLATES[kind]).substitute(fields, meta=meta)
    return f"# Source: bench/templates/{kind}-{number:05}.yaml\n{text}"


def _fields(rng: Random, name: str) -> dict[str, str]:
    return {
        "name": name,
        "digest": f"{rng.getrandbits(128):032x}".replace("e", "g"),
        "words": words(rng, 6),
        "block": "\n".join(indented(paragraph(rng, 16), 4)),
        "rules": "\n".join(_rules(rng, 14)),
        "env": "\n".join(_env(rng, 24)),
    }


def _rules(rng: Random, count: int) -> list[str]:
    rules = []
    for _ in range(count):
        group = f"{rng.choice(('apps', 'batch', 'policy'))}.example.invalid"
        rules += [f"  - apiGroups: ['{group}']", f"    # {words(rng, 5)}"]
        rules += ["    resources:", "    - things", "    - things/status"]
        rules += ['    verbs: ["get", "list", "patch"]']
    return rules


def _env(rng: Random, count: int) -> list[str]:
    return [
        line
        for number in range(count)
        for line in (
            f"        - name: SETTING_{number:02}",
            f'          value: "{words(rng, 3)}"',
        )
    ]
