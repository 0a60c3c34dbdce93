import { writeYaml } from '../../../src/codec/yaml-write.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { constructsOf, synthImage } from '../synth.ts';
import type { SynthPeer } from './synth.ts';

/** What `constructsOf` makes of `apps` applications, as a project of each tool that its users would write. */
export const projects: Readonly<Record<'cdk8s-cli' | 'kustomize' | 'helm', (program: string, apps: number) => SynthPeer>> = {
  'cdk8s-cli': (program, apps) => ({
    who: 'cdk8s-cli',
    program: process.execPath,
    args: [program, 'synth', '--check-upgrade=false'],
    files: {
      // The template of cdk8s has `npx ts-node main.ts` here, which takes longer.
      'cdk8s.yaml': 'language: typescript\napp: node --import tsx main.ts\n',
      'package.json': '{ "type": "module" }\n',
      'main.ts': cdk8sApp(apps),
    },
    writes: 'dist/app.k8s.yaml',
  }),
  kustomize: (program, apps) => ({ who: 'kustomize', program, args: ['build', 'overlay'], files: { ...base(apps), ...overlay } }),
  helm: (program, apps) => ({
    who: 'helm',
    program,
    args: ['template', 'bench', 'chart', '--namespace', 'bench', '--set', `level=info,apps=${apps}`],
    files: {
      'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
      'chart/values.yaml': `level: debug\napps: 1\nimage: ${synthImage.name}:1@${synthImage.digest}\n`,
      'chart/templates/app.yaml': helmTemplate,
    },
  }),
};

function cdk8sApp(apps: number): string {
  return `import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';

const app = new App();
const chart = new Chart(app, 'app', { namespace: 'bench' });
const level = 'info';
${constructsOf(apps)}
app.synth();
`;
}

/** A file for each application, and one that lists them. The namespace is in the files: where kustomize adds it, it takes three times as long. */
function base(apps: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: apps }, (_, i) => `app-${i}`);
  const files = names.map((name) => [`base/${name}.yaml`, application(name).map(writeYaml).join('---\n')]);
  const namespace = writeYaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  const resources = ['namespace', ...names].map((name) => `${name}.yaml`);
  return {
    ...Object.fromEntries(files),
    'base/namespace.yaml': namespace,
    'base/kustomization.yaml': writeYaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }),
  };
}

const overlay = {
  'overlay/kustomization.yaml': writeYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../base'],
    images: [{ name: synthImage.name, newTag: '1', digest: synthImage.digest }],
    patches: [{ target: { kind: 'ConfigMap' }, patch: '- { op: replace, path: /data/LEVEL, value: info }\n' }],
  }),
};

function application(name: string): readonly Manifest[] {
  const labels = { app: name };
  const metadata = { name, namespace: 'bench' };
  const container = { name: 'app', image: synthImage.name, envFrom: [{ configMapRef: { name } }], ports: [{ containerPort: 8080 }] };
  const template = { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { LEVEL: 'debug' } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'http', port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, labels }, spec: { selector: { matchLabels: labels }, template } },
  ];
}

const helmTemplate = `apiVersion: v1
kind: Namespace
metadata:
  name: {{ .Release.Namespace }}
{{- range $i := until (int .Values.apps) }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: app-{{ $i }}
  namespace: {{ $.Release.Namespace }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-{{ $i }}
  namespace: {{ $.Release.Namespace }}
data:
  LEVEL: {{ $.Values.level }}
---
apiVersion: v1
kind: Service
metadata:
  name: app-{{ $i }}
  namespace: {{ $.Release.Namespace }}
spec:
  selector:
    app: app-{{ $i }}
  ports:
    - name: http
      port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{{ $i }}
  namespace: {{ $.Release.Namespace }}
  labels:
    app: app-{{ $i }}
spec:
  selector:
    matchLabels:
      app: app-{{ $i }}
  template:
    metadata:
      labels:
        app: app-{{ $i }}
    spec:
      serviceAccountName: app-{{ $i }}
      containers:
        - name: app
          image: {{ $.Values.image }}
          envFrom:
            - configMapRef:
                name: app-{{ $i }}
          ports:
            - containerPort: 8080
{{- end }}
`;
