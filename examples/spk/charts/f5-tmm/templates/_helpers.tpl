{{/* Name of what belongs to TMM besides the workload: account, role, binding. */}}
{{- define "f5-tmm.fullname" -}}
{{ .Release.Name }}-f5-tmm
{{- end }}

{{- define "f5-tmm.labels" -}}
app.kubernetes.io/name: {{ include "f5-tmm.fullname" . }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app: f5-tmm
{{- end }}

{{/* Kind of the workload. */}}
{{- define "f5-tmm.kind" -}}
{{ .Values.wholeClusterMode.enabled | ternary "DaemonSet" "Deployment" }}
{{- end }}

{{/* Number of 2Mi pages in an amount such as 3Gi or 1572Mi. */}}
{{- define "f5-tmm.hugepages" -}}
{{- if hasSuffix "Gi" . -}}
{{ mul (trimSuffix "Gi" . | int) 512 }}
{{- else if hasSuffix "Mi" . -}}
{{ div (trimSuffix "Mi" . | int) 2 }}
{{- else -}}
{{ fail (printf "tmm.resources.limits.hugepages-2Mi must end in Mi or Gi, not %q" .) }}
{{- end }}
{{- end }}

{{/* Limits, and requests equal to them. Takes a map of limits. */}}
{{- define "f5-tmm.resources" -}}
limits:
  {{- include "f5-tmm.amounts" . | trim | nindent 2 }}
requests:
  {{- include "f5-tmm.amounts" . | trim | nindent 2 }}
{{- end }}

{{- define "f5-tmm.amounts" -}}
{{- range $name, $amount := merge (omit . "sriovResources") (.sriovResources | default dict) }}
{{ $name }}: {{ toJson $amount }}
{{- end }}
{{- end }}

{{/* Annotations of the hooks that run before an installation or upgrade. Takes the weight. */}}
{{- define "f5-tmm.hookAnnotations" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation
{{- end }}
