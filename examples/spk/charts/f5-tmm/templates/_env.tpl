{{/* Environment of the TMM container: the chart's variables, then the user's. */}}
{{- define "f5-tmm.env" -}}
- name: QK_GRPC_PORT
  value: "8859"
- name: QK_TLS_CA_BUNDLE
  value: /tls/qkview/ca.crt
- name: QK_TLS_CERT_FILE
  value: /tls/qkview/tls.crt
- name: QK_TLS_KEY_FILE
  value: /tls/qkview/tls.key
- name: QK_TLS_CERT_RETRY_WAIT
  value: "10"
- name: CONTAINER_NAME
  value: tmm
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: CONTAINER_IMAGE_VERSION
  value: {{ .Values.tmm.image | quote }}
- name: K8S_DEPLOYMENT_NAMESPACE
  value: {{ .Release.Namespace }}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: POD_UID
  valueFrom:
    fieldRef:
      fieldPath: metadata.uid
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: NODE_IP
  valueFrom:
    fieldRef:
      fieldPath: status.hostIP
- name: CPU_REQUEST
  valueFrom:
    resourceFieldRef:
      containerName: {{ .Values.tmm.name }}
      resource: requests.cpu
      divisor: "0"
- name: CPU_LIMIT
  valueFrom:
    resourceFieldRef:
      containerName: {{ .Values.tmm.name }}
      resource: limits.cpu
      divisor: "0"
- name: MEM_REQUEST
  valueFrom:
    resourceFieldRef:
      containerName: {{ .Values.tmm.name }}
      resource: requests.memory
      divisor: "0"
- name: MEM_LIMIT
  valueFrom:
    resourceFieldRef:
      containerName: {{ .Values.tmm.name }}
      resource: limits.memory
      divisor: "0"
- name: PROCESS_NAME
  value: TMM
- name: TMM_LOG_LEVEL
  value: {{ .Values.tmm.logLevel }}
- name: CONF_TRANSPORT
  value: grpc
- name: GRPC_SRV_ADDR
  value: $(POD_IP)
{{- if .Values.tmm.grpc.enabled }}
- name: GRPC_SSL_TUPLE
  value: /ssl:grpc-svc:ca_root
- name: GRPC_DNS
  value: grpc-svc.{{ .Release.Namespace }}.svc
- name: GRPC_SSL_PATH
  value: /tls/grpc
- name: GRPC_CA_BASE
  value: ca_root
{{- end }}
- name: SESSIONDB_EXTERNAL_STORAGE
  value: "false"
- name: SPK_QKVIEW_ENABLED
  value: "true"
- name: K8S_LIVENESS_PORT
  value: "6666"
{{- if .Values.tmm.metrics.enabled }}
- name: K8S_METRICS_PORT
  value: "9090"
{{- end }}
{{- if .Values.tmm.hugepages.enabled }}
- name: USE_PHYS_MEM
  value: "TRUE"
{{- if not .Values.tmm.topologyManager }}
# 2Mi pages, from tmm.resources.limits
- name: TMM_MAPRES_HUGEPAGES
  value: "{{ include "f5-tmm.hugepages" (index .Values.tmm.resources.limits "hugepages-2Mi") }}"
{{- end }}
{{- end }}
- name: TMM_MAPRES_DELAY_MS
  value: "10000"
- name: GRPC_USE_VAULT
  value: "FALSE"
{{- if .Values.tmm.zxfrd.enabled }}
- name: ZXFRD_ADDR
  value: 127.0.0.1
- name: ZXFRD_PORT
  value: "53530"
{{- end }}
- name: USING_CERT_ORCHESTRATOR
  value: "true"
- name: TMM_VETH_MTU_EN
  value: "TRUE"
- name: GRPC_STATS_PORT
  value: "8850"
- name: GRPC_STATS_ADDR
  value: grpc-svc
- name: NAT_IP_RESERVATION_TIMEOUT
  value: "300"
{{- if .Values.k8sRoutes.enabled }}
- name: TMM_K8S_ROUTES
  valueFrom:
    configMapKeyRef:
      name: tmm-k8s-routes-config
      key: TMM_K8S_ROUTES
      optional: true
{{- end }}
- name: ASYMMETRIC_DDOS_MODE
  value: "false"
- name: BDOSD_ENABLED_ENV_VAR
  value: "false"
- name: SESSIONDB_EXTERNAL_RETRY_WAIT_SEC
  value: "5"
{{- if .Values.tmm.telemetry.enabled }}
- name: EXPORT_TELEMETRY
  value: "TRUE"
{{- end }}
{{- if not .Values.global.flat }}
- name: TMM_DEFAULT_MTU
  value: "{{ .Values.global.tmmDefaultMTU }}" # get value from global.tmmDefaultMTU
{{- end }}
{{ range .Values.tmm.customEnvVars }}
{{- if and (eq .name "TMM_DEFAULT_MTU") (not $.Values.global.flat) }}
# drop {{ .name }} of customEnvVars: global.tmmDefaultMTU counts
{{- else }}
- name: {{ .name }}
  value: {{ .value | quote }}
{{- end }}
{{- end }}
{{- end }}
