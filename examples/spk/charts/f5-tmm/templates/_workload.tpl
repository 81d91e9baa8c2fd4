{{/* The TMM workload: as text, or through toYaml when the logging part is merged into it. */}}
{{- define "f5-tmm.workload" -}}
{{- if (index .Values "f5-toda-logging").enabled -}}
{{- $workload := include "f5-tmm.manifest" . | fromYaml }}
{{- $pod := $workload.spec.template.spec }}
{{- $_ := set $pod "containers" (concat $pod.containers (include "f5-toda-logging.containers" . | fromYamlArray)) }}
{{- merge $workload (include "f5-toda-logging.metadata" . | fromYaml) | toYaml }}
{{- else -}}
{{- include "f5-tmm.manifest" . }}
{{- end }}
{{- end }}

{{/*
Some control lines here and in the containers are not trimmed: the blank lines that they leave are what real manifests look like.
*/}}
{{- define "f5-tmm.manifest" -}}
apiVersion: apps/v1
kind: {{ include "f5-tmm.kind" . }}
metadata:
  name: {{ .Values.tmm.name }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "f5-tmm.labels" . | nindent 4 }}
    metrics-prometheus: publish
  annotations:
    toda.f5.com/tmm-name: {{ .Values.tmm.name }}
spec:
  {{- if not .Values.wholeClusterMode.enabled }}
  replicas: {{ .Values.tmm.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      app: f5-tmm
  template:
    metadata:
      labels:
        app: f5-tmm
        metrics-prometheus: publish
      annotations:
        {{- with .Values.tmm.pod.annotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{ if .Values.tmm.cniNetworks }}
        {{- if eq (toString .Values.tmm.robinNetworks) "true" }}
        robin.io/networks: "{{ .Values.tmm.cniNetworks }}"
        {{- else }}
        k8s.v1.cni.cncf.io/networks: "{{ .Values.tmm.cniNetworks }}"
        {{- end }}
        {{ end }}
    spec:
      serviceAccountName: {{ include "f5-tmm.fullname" . }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tmm.pod.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with .Values.tmm.pod.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tmm.pod.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      shareProcessNamespace: {{ .Values.debug.enabled }}
      terminationGracePeriodSeconds: 60
      hostNetwork: false
      securityContext:
        sysctls:
        - name: net.ipv4.ping_group_range
          value: "0 2147483647"
        {{- if .Values.tmm.dynamicRouting.enabled }}
        - name: net.ipv4.ip_unprivileged_port_start
          value: "179"
        {{- end }}
      hostAliases:
      - ip: 169.254.0.1
        hostnames: [tmm]
      - ip: 169.254.0.2
        hostnames: [tmm-shared]
      - ip: 169.254.0.3
        hostnames: [tmm-bcast]
      {{- range $thread := until 24 }}
      - ip: 169.254.0.{{ add 10 $thread }}
        hostnames: [tmm{{ $thread }}]
      {{- end }}
      readinessGates:
      - conditionType: ConfigurationDone
      {{- if .Values.tmm.dynamicRouting.enabled }}
      - conditionType: RoutingDone
      {{- end }}
      {{- if .Values.tmm.dynamicRouting.enabled }}
      initContainers:
      {{- include "f5-tmm.initContainer.routing" . | nindent 6 }}
      {{- end }}
      containers:
      {{- include "f5-tmm.container.tmm" . | nindent 6 }}
      {{ if .Values.debug.enabled }}
      {{- include "f5-tmm.container.debug" . | nindent 6 }}
      {{ end }}
      {{- if .Values.tmm.dynamicRouting.enabled }}
      {{- include "f5-tmm.containers.routing" . | nindent 6 }}
      {{- end }}
      {{- if .Values.blobd.enabled }}
      {{- include "f5-tmm.container.blobd" . | nindent 6 }}
      {{- end }}
      {{- if .Values.fluentbit.enabled }}
      {{- include "f5-tmm.container.fluentbit" . | nindent 6 }}
      {{- end }}
      volumes:
      {{- if .Values.tmm.hugepages.enabled }}
      - name: hugepage
        emptyDir:
          medium: HugePages
      {{- end }}
      - name: dev-tun
        hostPath:
          path: /dev/net/tun
          type: CharDevice
      - name: config-volume
        configMap:
          name: tmm-init
      - name: podinfo
        downwardAPI:
          items:
          - path: labels
            fieldRef:
              fieldPath: metadata.labels
          - path: annotations
            fieldRef:
              fieldPath: metadata.annotations
      - name: f5tmstat
        emptyDir: {}
      - name: tmm-core
        emptyDir: {}
      - name: config-shared
        emptyDir: {}
      - name: tls-qkview
        secret:
          secretName: tls-qkview
          optional: true
      {{- if .Values.tmm.grpc.enabled }}
      - name: tls-grpc
        secret:
          secretName: tls-grpc
          optional: true
      {{- end }}
{{- end }}
