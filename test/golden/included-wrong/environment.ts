import { defineChart, defineEnvironment, HelmChart, type HelmChartOptions, jsonPatch, Kustomization, type Patch, patch } from 'lockstep';

/** Everything that can be wrong with what is included, all at once. */
const options = defineChart({
  namespace: 'shop',
  build(chart) {
    const wrong: readonly object[] = [
      { chart: 'nginx' },
      { chart: 'https://user:pass@charts.example.com/web', version: '1.0.0' },
      { chart: 'oci://registry.example.com/charts/web' },
      { chart: 'oci://registry.example.com/charts/web', version: 'latest or so' },
      { chart: './charts/web', version: '1.0.0' },
      { chart: './../elsewhere' },
      { chart: './charts/web', release: 'Web!' },
      { chart: './charts/web', namespace: 7 },
      { chart: './charts/web', hooks: 'jobs' },
      { chart: './charts/web', hooks: 'keep', upgradeHooks: 'never' },
      { chart: './charts/web', apiVersions: 'v1' },
      { chart: './charts/web', values: [1] },
      { chart: './charts/web', values: { replicas: Number.NaN } },
      { chart: './charts/web', values: circular },
      { chart: './charts/web', patches: {} },
      { chart: './charts/web', vaules: {} },
    ];
    wrong.forEach((one, i) => {
      new HelmChart(chart, `wrong-${i}`, one as HelmChartOptions);
    });
    new Kustomization(chart, 'outside', { path: '../base' as './base' });
  },
});

const circular: { spec?: object } = {};
circular.spec = circular;

const content = defineChart({
  namespace: 'shop',
  build(chart) {
    new HelmChart(chart, 'web', {
      chart: './charts/web',
      patches: [
        patch('Deployment', 'wep', { spec: { replicas: 2 } }),
        patch('StatefulSet', '*', { spec: { replicas: 2 } }),
        patch('Deployment', 'web', {
          spec: { template: { spec: { containers: [{ image: 'web:2' } as { name: string; image: string }] } } },
        }),
        patch('Deployment', 'web', { spec: { paused: null } }),
        patch('Deployment', 'web', 7 as unknown as object),
        jsonPatch('Deployment', 'web', [{ op: 'remove', path: '/spec/replica' }]),
        jsonPatch('Deployment', 'web', [{ op: 'test', path: '/spec/replicas', value: 7 }]),
        jsonPatch('Deployment', 'web', [{ op: 'add', path: 'spec', value: 7 }]),
        jsonPatch('Deployment', 'web', [{ op: 'add', path: '/spec/paused', value: undefined }]),
        patch('Deployment', 'web', { metadata: null as never }),
        jsonPatch('Deployment', 'web', [{ op: 'remove', path: '/metadata/name' }]),
        patch('Deployment', 'web', { spec: { replicas: Number.NaN } }),
        patch('Deployment', 'web', circular),
        jsonPatch('Deployment', 'web', [{ op: 'add', path: '/spec/paused', value: () => true }]),
        {} as Patch,
      ],
    });
    new HelmChart(chart, 'hooks', { chart: './charts/hooks' });
    new HelmChart(chart, 'upgrading', { chart: './charts/upgrading', hooks: 'keep' });
    new HelmChart(chart, 'unstable', { chart: './charts/unstable' });
    new HelmChart(chart, 'unreadable', { chart: './charts/unreadable' });
  },
});

export default defineEnvironment({
  name: 'included-wrong',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { options, content },
});
