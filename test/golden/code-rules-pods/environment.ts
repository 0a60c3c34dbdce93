import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const image = 'registry.example.com/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const make = (id: string, apiVersion: string, kind: string, spec: object): ApiObject =>
      new ApiObject(chart, id, { apiVersion, kind, spec });
    const template = (pod: object, app = 'web'): object => ({ metadata: { labels: { app } }, spec: pod });
    const selector = { matchLabels: { app: 'web' } };

    make('good', 'apps/v1', 'Deployment', {
      selector,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: template({
        volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
        containers: [
          {
            name: 'web',
            image,
            ports: [{ name: 'http', containerPort: 8080 }],
            volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
            readinessProbe: { httpGet: { path: '/', port: 'http' } },
            resources: { requests: { cpu: '50m' }, limits: { cpu: '1' } },
          },
        ],
      }),
    });
    make('deployment', 'apps/v1', 'Deployment', {
      selector,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
      template: template({ restartPolicy: 'Never', containers: [{ name: 'Web', image }] }, 'wbe'),
    });
    make('pod', 'v1', 'Pod', {
      terminationGracePeriodSeconds: -1,
      dnsPolicy: 'None',
      hostAliases: [{ ip: 'localhost', hostnames: ['db'] }],
      tolerations: [{ key: 'gpu', operator: 'Exists', value: 'yes' }],
      volumes: [
        { name: 'two', emptyDir: {}, hostPath: { path: '/var' } },
        { name: 'none', hostPath: { path: '../etc' } },
      ],
      containers: [
        {
          name: 'web',
          image,
          ports: [
            { name: 'http', containerPort: 70_000 },
            { name: 'http', containerPort: 8081 },
            { name: 'UPPER', containerPort: 8082 },
          ],
          env: [{ name: 'A', value: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.nmae' } } }],
          envFrom: [{}],
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'two', mountPath: '/data' },
          ],
          livenessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 }, successThreshold: 2, periodSeconds: -1 },
          readinessProbe: { timeoutSeconds: 1 },
          resources: { requests: { cpu: '2' }, limits: { cpu: '1' } },
          securityContext: { privileged: true, allowPrivilegeEscalation: false },
        },
      ],
    });
    make('set', 'apps/v1', 'StatefulSet', { serviceName: 'db', replicas: -1, selector, template: template({ containers: [] }) });
    make('daemons', 'apps/v1', 'DaemonSet', {
      selector,
      updateStrategy: { type: 'OnDelete', rollingUpdate: { maxUnavailable: '200%' } },
      template: template({ containers: [{ name: 'web', image }] }),
    });
    make('job', 'batch/v1', 'Job', {
      completionMode: 'Indexed',
      template: { spec: { restartPolicy: 'Always', containers: [{ name: 'job', image }] } },
    });
    make('nightly', 'batch/v1', 'CronJob', {
      schedule: '61 * * * *',
      timeZone: 'Europe/Berln',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image }] } } } },
    });
  },
});

export default defineEnvironment({
  name: 'pods',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
