{{- define "random.token" -}}
{{- .Values.token | default (randAlphaNum 12) -}}
{{- end -}}
