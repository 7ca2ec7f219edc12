{{- define "eksauth-server.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "eksauth-server.serviceAccount" -}}
{{- default (include "eksauth-server.name" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "eksauth-server.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "eksauth-server.labels" -}}
{{ include "eksauth-server.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: eksauth
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- /* The names that two backends had before still count. */ -}}
{{- define "eksauth-server.readsConfigMap" -}}
{{- $modes := .Values.server.backendMode -}}
{{- if or (has "EKSConfigMap" $modes) (has "ConfigMap" $modes) }}true{{ end -}}
{{- end -}}

{{- /* The status is written by whoever reads the objects, even if nobody is let in by them. */ -}}
{{- define "eksauth-server.readsCrd" -}}
{{- if or (has "CRD" .Values.server.backendMode) .Values.server.crdStatus }}true{{ end -}}
{{- end -}}

{{- /* Whether the pod talks to the Kubernetes API with its own account. */ -}}
{{- define "eksauth-server.usesApi" -}}
{{- $own := not .Values.server.kubeconfig -}}
{{- if and $own (or (include "eksauth-server.readsConfigMap" .) (include "eksauth-server.readsCrd" .)) }}true{{ end -}}
{{- end -}}

{{- /* The address that a kubelet connects to, for one that a server listens on. */ -}}
{{- define "eksauth-server.reachable" -}}
{{- if or (not .) (has . (list "0.0.0.0" "::")) }}127.0.0.1{{ else }}{{ . }}{{ end -}}
{{- end -}}
