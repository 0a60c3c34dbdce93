import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment, definePolicy } from 'lockstep';

const shop = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  build(chart) {
    new k8s.KubeService(chart, 'public', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
    new k8s.KubeService(chart, 'private', { spec: { clusterIp: 'None' } });
    new k8s.KubeConfigMap(chart, 'config', { data: { a: 'b' } });
    const night = { name: 'night', image: `night@sha256:${'0'.repeat(64)}`, tty: true };
    const pod = { restartPolicy: 'Never', initContainers: [{ ...night, name: 'dusk' }], containers: [night], hostPid: true };
    new k8s.KubeCronJob(chart, 'nightly', {
      spec: {
        schedule: '@daily',
        jobTemplate: { spec: { template: { spec: pod } } },
      },
    });
    // Somebody else's kind of that name: no policy for Services means it.
    new ApiObject(chart, 'foreign', { apiVersion: 'serving.example.com/v1', kind: 'Service', spec: { type: 'LoadBalancer' } });
  },
});
const closed = definePolicy({
  name: 'closed',
  on: ['Service', 'ConfigMap'],
  check: (object, { chart, env }) =>
    object.kind === 'Service' && object.spec?.type === 'LoadBalancer'
      ? `${chart.owner} opens ${chart.name} of ${env.name} to the world`
      : undefined,
});
const advice = definePolicy({ name: 'advice', on: ['ConfigMap'], severity: 'warning', check: () => 'consider a Secret' });
const confused = definePolicy({
  name: 'confused',
  on: ['ConfigMap'],
  check: (object) => (object as unknown as { spec: { x: string } }).spec.x,
});
const strict = definePolicy({ name: 'strict', on: ['ConfigMap'], check: () => 'never' });
const lapsed = definePolicy({ name: 'lapsed', on: ['ConfigMap'], check: () => 'again' });
const quiet = definePolicy({
  name: 'quiet',
  on: 'pods',
  check: ({ containers, spec, object }) => [
    ...(spec.hostPID === true ? [{ message: `${object.kind} looks at the processes of its node`, path: ['spec', 'hostPID'] }] : []),
    ...containers
      .filter(({ container }) => container.tty === true)
      .map(({ container, path }) => ({ message: `\`${container.name}\` talks`, path: [...path, 'tty'], help: 'leave out `tty`' })),
  ],
});
const alone = definePolicy({
  name: 'alone',
  severity: 'warning',
  check: (environment, { env }) => [
    ...environment.all('Service').map((object) => ({
      object,
      message: `${object.metadata?.name} of ${environment.chartOf(object)?.owner} is one of ${environment.objects.length} objects`,
      path: ['metadata', 'name'],
    })),
    { message: `${env.name} has ${environment.pods.length} pod for Kubernetes ${env.kubernetes}` },
  ],
});
const meddling = definePolicy({
  name: 'meddling',
  on: ['ConfigMap'],
  check(object) {
    (object.data as Record<string, string>)['a'] = 'c';
    return undefined;
  },
});
const late = definePolicy({ name: 'late', on: ['ConfigMap'], check: (async () => undefined) as never });
const lost = definePolicy({ name: 'lost', check: () => [{ message: 'where is it?', object: { kind: 'Service' } }] });
const base = defineBase({
  kubernetes: '1.35',
  charts: { shop },
  policies: { closed, advice, confused, strict, lapsed, quiet, alone, meddling, late, lost },
});

export default defineEnvironment({
  name: 'ruled',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  extends: base,
  policies: { strict: { off: 'LK-12: migration', until: '2026-06-01' }, lapsed: { off: 'LK-3', until: '2026-05-31' } },
});
