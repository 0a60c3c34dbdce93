import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, image, manage } from 'lockstep';
import { z } from 'zod';
import { hardened } from './hardened.js';

const labels = { app: 'database', team: 'team-data' };
const selector = { app: 'database' };

/** The image runs as this user; the volume belongs to its group. */
const postgres = 70;

/**
 * The shop's database: one PostgreSQL on a volume of its own, tidied up every night. The Secret `database` with a key
 * `password` is made by the vault's operator, never here.
 */
export const database = defineChart({
  owner: 'team-data',
  namespace: 'shop',
  values: z.object({
    image: image(),
    /** The size of the volume. It can grow, and never shrink. */
    storage: z.string().regex(/^\d+Gi$/),
    /** The storage class; without one, the cluster's default. */
    storageClass: z.string().optional(),
    /** When it is tidied up: a cron schedule. */
    tidied: z.string().default('17 2 * * *'),
  }),
  build(chart, { values }) {
    const { storage, storageClass } = values;
    const server = new k8s.KubeStatefulSet(chart, 'server', {
      metadata: { name: 'database', labels },
      spec: {
        serviceName: 'database',
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { ...hardened.pod, runAsUser: postgres, fsGroup: postgres },
            terminationGracePeriodSeconds: 60,
            containers: [
              {
                name: 'postgres',
                image: values.image,
                env: [{ name: 'POSTGRES_USER', value: 'shop' }, { name: 'PGDATA', value: '/var/lib/postgresql/data/shop' }, password],
                ports: [{ name: 'postgres', containerPort: 5432 }],
                readinessProbe: { exec: { command: ['pg_isready', '--username=shop'] } },
                resources: {
                  requests: { cpu: k8s.Quantity.fromString('100m'), memory: k8s.Quantity.fromString('256Mi') },
                  limits: { memory: k8s.Quantity.fromString('1Gi') },
                },
                securityContext: hardened.container,
                volumeMounts: [
                  { name: 'data', mountPath: '/var/lib/postgresql/data' },
                  { name: 'run', mountPath: '/var/run/postgresql' },
                ],
              },
            ],
            volumes: [{ name: 'run', emptyDir: {} }],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
              resources: { requests: { storage: k8s.Quantity.fromString(storage) } },
            },
          },
        ],
      },
    });
    // Whatever becomes of this chart: what customers ordered stays.
    manage(server, { keep: true });
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'database' },
      spec: { clusterIp: 'None', selector, ports: [{ name: 'postgres', port: 5432, targetPort: k8s.IntOrString.fromString('postgres') }] },
    });
    new k8s.KubeNetworkPolicy(chart, 'callers', {
      metadata: { name: 'database' },
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [{ from: callers, ports: [{ port: k8s.IntOrString.fromString('postgres') }] }],
      },
    });
    addTidying(chart, values);
  },
});

const password = { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } };

const callers = ['catalog', 'orders', 'orders-migration', 'database-tidying'].map((app) => ({ podSelector: { matchLabels: { app } } }));

function addTidying(chart: Chart, { image: program, tidied }: { readonly image: string; readonly tidied: string }): void {
  const name = 'database-tidying';
  new k8s.KubeCronJob(chart, 'tidying', {
    metadata: { name },
    spec: {
      schedule: tidied,
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: { app: name, team: labels.team } },
            spec: {
              restartPolicy: 'OnFailure',
              automountServiceAccountToken: false,
              securityContext: hardened.pod,
              containers: [
                {
                  name: 'psql',
                  image: program,
                  command: ['psql', '--host=database', '--username=shop', '--command=vacuum (analyze)'],
                  env: [{ name: 'PGPASSWORD', valueFrom: password.valueFrom }],
                  securityContext: hardened.container,
                },
              ],
            },
          },
        },
      },
    },
  });
}
