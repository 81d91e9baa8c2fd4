{{/* The main container; it is always the first. */}}
{{- define "f5-tmm.container.tmm" -}}
{{- $limits := .Values.tmm.resources.limits }}
{{- if not .Values.tmm.hugepages.enabled }}
{{- $limits = omit $limits "hugepages-2Mi" }}
{{- end -}}
- name: {{ .Values.tmm.name }}
  image: {{ .Values.tmm.image | quote }}
  env:
  {{- include "f5-tmm.env" . | nindent 2 }}
  lifecycle:
    preStop:
      exec:
        command:
        - /bin/sh
        - -c
        - |
          # Give the interfaces that TMM took over (xnet1, xnet2) their names back.
          for link in /sys/class/net/x*; do
            [ -e "$link" ] || continue
            name="${link##*/}"
            ip link set "$name" down
            ip link set "$name" name "${name#x}"
          done
  livenessProbe:
    tcpSocket:
      port: 6666
    initialDelaySeconds: 30
    periodSeconds: 10
  ports:
  - name: liveness
    containerPort: 6666
  {{- if .Values.tmm.metrics.enabled }}
  - name: metrics
    containerPort: 9090
  {{- end }}
  resources:
    {{- include "f5-tmm.resources" $limits | nindent 4 }}
  securityContext:
    privileged: true
    allowPrivilegeEscalation: true
    runAsUser: 0
    readOnlyRootFilesystem: true
    capabilities:
      # drop: nothing, the container is privileged
      add: [NET_ADMIN]
  volumeMounts:
  {{- if .Values.tmm.hugepages.enabled }}
  - name: hugepage
    mountPath: /dev/hugepages
  {{- end }}
  - name: dev-tun
    mountPath: /dev/net/tun
  - name: config-volume
    mountPath: /opt/lib/tmm
  - name: podinfo
    mountPath: /etc/podinfo
  - name: f5tmstat
    mountPath: /var/tmstat
  - name: tmm-core
    mountPath: /var/core
  - name: config-shared
    mountPath: /var/config
  - name: tls-qkview
    mountPath: /tls/qkview
    readOnly: true
  {{- if .Values.tmm.grpc.enabled }}
  - name: tls-grpc
    mountPath: /tls/grpc
    readOnly: true
  {{- end }}
{{- end }}

{{- define "f5-tmm.container.debug" -}}
- name: debug
  image: {{ .Values.debug.image | quote }}
  env:
  - name: CONTAINER_NAME
    value: debug
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  resources:
    {{- include "f5-tmm.resources" .Values.debug.resources.limits | nindent 4 }}
  securityContext:
    runAsUser: 0
    capabilities:
      add: [NET_ADMIN, NET_RAW, SYS_PTRACE]
  volumeMounts:
  - name: f5tmstat
    mountPath: /var/tmstat
  - name: tmm-core
    mountPath: /var/core
{{- end }}

{{- define "f5-tmm.initContainer.routing" -}}
- name: init-f5-tmm-routing
  image: {{ .Values.tmm.dynamicRouting.routing.image | quote }}
  command: [/bin/sh, -c, "mkdir -p /var/config/routing"]
  resources:
    {{- include "f5-tmm.resources" .Values.tmm.dynamicRouting.routing.resources.limits | nindent 4 }}
  volumeMounts:
  - name: config-shared
    mountPath: /var/config
{{- end }}

{{- define "f5-tmm.containers.routing" -}}
- name: f5-tmm-routing
  image: {{ .Values.tmm.dynamicRouting.routing.image | quote }}
  resources:
    {{- include "f5-tmm.resources" .Values.tmm.dynamicRouting.routing.resources.limits | nindent 4 }}
  securityContext:
    capabilities:
      add: [NET_ADMIN, NET_RAW]
  volumeMounts:
  - name: config-shared
    mountPath: /var/config
- name: f5-tmm-tmrouted
  image: {{ .Values.tmm.dynamicRouting.tmrouted.image | quote }}
  resources:
    {{- include "f5-tmm.resources" .Values.tmm.dynamicRouting.tmrouted.resources.limits | nindent 4 }}
  securityContext:
    capabilities:
      add: [NET_ADMIN]
  volumeMounts:
  - name: config-shared
    mountPath: /var/config
{{- end }}

{{/*
With gRPC the container gets the key volumeMounts twice. That is on purpose: real manifests have it, and Kubernetes takes the last.
*/}}
{{- define "f5-tmm.container.blobd" -}}
- name: blobd
  image: {{ .Values.blobd.image | quote }}
  resources:
    {{- include "f5-tmm.resources" .Values.blobd.resources.limits | nindent 4 }}
  volumeMounts:
  - name: config-shared
    mountPath: /var/config
  {{- if .Values.tmm.grpc.enabled }}
  volumeMounts:
  - name: config-shared
    mountPath: /var/config
  - name: tls-grpc
    mountPath: /tls/grpc
    readOnly: true
  {{- end }}
{{- end }}

{{- define "f5-tmm.container.fluentbit" -}}
- name: f5-toda-fluentbit
  image: {{ .Values.fluentbit.image | quote }}
  resources:
    {{- include "f5-tmm.resources" .Values.fluentbit.resources.limits | nindent 4 }}
  volumeMounts:
  - name: f5tmstat
    mountPath: /var/tmstat
    readOnly: true
{{- end }}
