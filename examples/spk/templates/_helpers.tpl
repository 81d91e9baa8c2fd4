{{/* Name of the controller and of what belongs to it. */}}
{{- define "spk.controllerName" -}}
{{ .Release.Name }}-f5ingress
{{- end }}

{{- define "spk.labels" -}}
app.kubernetes.io/name: {{ include "spk.controllerName" . }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app: {{ include "spk.controllerName" . }}
{{- end }}

{{/*
TMM's values as YAML: those of the sub-chart, and over them the flat ones of the 1.5 era.
Flat resources replace the sub-chart's as a whole, so that its SR-IOV ones do not shine through.
*/}}
{{- define "spk.tmmValues" -}}
{{- $flat := pick .Values "tmm" "debug" "blobd" "fluentbit" "f5-toda-logging" "wholeClusterMode" }}
{{- if and $flat (not .Values.global.flat) }}
{{- fail (printf "top-level keys %s belong below f5-tmm, or set global.flat" (keys $flat | sortAlpha | join ", ")) }}
{{- end }}
{{- $values := deepCopy (index .Values "f5-tmm") }}
{{- if dig "tmm" "resources" false $flat }}
{{- $_ := unset $values.tmm "resources" }}
{{- end }}
{{- mergeOverwrite $values (deepCopy $flat) | toYaml }}
{{- end }}
