{{/* What the logging part adds to the pod: a list of containers. */}}
{{- define "f5-toda-logging.containers" -}}
{{- with (index .Values "f5-toda-logging").tmstats }}
{{- if .enabled -}}
- name: f5-toda-tmstats
  image: {{ .image | quote }}
  resources:
    {{- include "f5-tmm.resources" .resources.limits | nindent 4 }}
  volumeMounts:
  - name: f5tmstat
    mountPath: /var/tmstat
    readOnly: true
{{- end }}
{{- end }}
{{- end }}

{{/* What it adds to labels and annotations: a partial workload. */}}
{{- define "f5-toda-logging.metadata" -}}
metadata:
  annotations:
    toda.f5.com/template: f5-tmm
    toda.f5.com/version: "1.0"
spec:
  template:
    metadata:
      labels:
        run: f5-tmstatsd
{{- end }}
