import { ApiObject, type Chart } from 'cdk8s';
import { defineChart, defineEnvironment, reliability } from 'lockstep';

const image = `registry.example.com/a:1@sha256:${'0'.repeat(64)}`;
const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } };
const readinessProbe = { httpGet: { path: '/ready', port: 'http' } };
const ports = [{ name: 'http', containerPort: 8080 }];

interface App {
  readonly kind?: string;
  readonly replicas?: number;
  readonly container?: object;
  readonly spec?: object;
  readonly more?: object;
}

const apps = new Map<string, { readonly app: App; readonly service?: object; readonly budget?: object; readonly scaler?: object }>([
  // Nothing is wrong with these.
  ['good', { app: { replicas: 2, container: { readinessProbe }, spec: spread('good') }, service: {}, budget: { maxUnavailable: 1 } }],
  ['worker', { app: {} }],
  ['single', { app: { container: { readinessProbe } }, service: {} }],
  ['scaled', { app: { spec: spread('scaled') }, scaler: { minReplicas: 2, maxReplicas: 5 }, budget: { minAvailable: 1 } }],
  ['limited', { app: { container: { resources: { limits: { cpu: '1', memory: '1Gi' } } } } }],
  ['unready-on-purpose', { app: {}, service: { publishNotReadyAddresses: true } }],
  [
    'alone',
    { app: { container: { readinessProbe }, more: { strategy: { type: 'Recreate' } }, spec: { volumes: [claim()] } }, service: {} },
  ],
  ['patient', { app: { container: { readinessProbe, livenessProbe: { ...readinessProbe, failureThreshold: 10 } } } }],
  // Something is with these.
  ['unready', { app: {}, service: {} }],
  ['numbered', { app: { container: { ports: [] } }, service: { ports: [{ port: 80, targetPort: 9000 }] } }],
  ['hasty', { app: { container: { readinessProbe, livenessProbe: readinessProbe } } }],
  ['hungry', { app: { container: { resources: { requests: { cpu: '1' } } } } }],
  ['unprotected', { app: { replicas: 3, spec: spread('unprotected') } }],
  ['together', { app: { replicas: 3 }, budget: { maxUnavailable: '34%' } }],
  ['blocked', { app: { replicas: 2, spec: spread('blocked') }, budget: { maxUnavailable: 0 } }],
  ['rounded', { app: { replicas: 2, spec: spread('rounded') }, budget: { minAvailable: '51%' } }],
  ['at-the-fewest', { app: {}, scaler: { maxReplicas: 5 }, budget: { minAvailable: 1 } }],
  ['idle', { app: {}, budget: { maxUnavailable: 1 } }],
  ['recreated', { app: { container: { readinessProbe }, more: { strategy: { type: 'Recreate' } } }, service: {} }],
]);

function spread(app: string): object {
  const labelSelector = { matchLabels: { app } };
  return {
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector }],
  };
}

function claim(): object {
  return { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
}

function add(chart: Chart, name: string, { kind = 'Deployment', replicas, container, spec, more }: App): void {
  const containers = [{ name: 'main', image, resources, ports, ...container }];
  const template = { metadata: { labels: { app: name } }, spec: { containers, ...spec } };
  const selector = { matchLabels: { app: name } };
  new ApiObject(chart, name, { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { replicas, selector, template, ...more } });
}

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const of = (apiVersion: string, kind: string, name: string, spec: object) =>
      new ApiObject(chart, `${name}-${kind}`, { apiVersion, kind, metadata: { name }, spec });
    of('v1', 'PersistentVolumeClaim', 'data', { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } });
    for (const [name, { app, service, budget, scaler }] of apps) {
      const selector = { app: name };
      add(chart, name, app);
      if (service !== undefined) of('v1', 'Service', name, { selector, ports: [{ port: 80, targetPort: 'http' }], ...service });
      if (budget !== undefined) of('policy/v1', 'PodDisruptionBudget', name, { selector: { matchLabels: selector }, ...budget });
      if (scaler !== undefined) {
        const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
        of('autoscaling/v2', 'HorizontalPodAutoscaler', name, { scaleTargetRef, ...scaler });
      }
    }
    const job = { restartPolicy: 'Never', initContainers: [{ name: 'once', image }], containers: [{ name: 'job', image, resources }] };
    of('batch/v1', 'Job', 'import', { template: { spec: job } });
  },
});

/** Its LimitRange gives what the containers do not ask for. */
const ranged = defineChart({
  namespace: 'ranged',
  build(chart) {
    const limits = [{ type: 'Container', default: { memory: '1Gi' }, defaultRequest: { cpu: '10m' } }];
    new ApiObject(chart, 'limits', { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'all' }, spec: { limits } });
    add(chart, 'silent', { container: { resources: {} } });
  },
});

export default defineEnvironment({
  name: 'reliable',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop, ranged },
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Namespace', name: 'ranged' },
  ],
  policies: { reliability },
});
