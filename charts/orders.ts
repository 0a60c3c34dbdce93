import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { database } from './database.js';
import { hardened } from './hardened.js';
import { queue } from './queue.js';
import { addWorkload, scale } from './workload.js';

/** Orders: the schema of their tables first, then the API, and the workers that do what an order asks for. */
export const orders = defineChart({
  owner: 'team-orders',
  namespace: 'shop',
  after: [database, queue],
  values: z.object({
    image: image(),
    /** The program that brings the tables of the database to the schema that `image` expects. */
    migrations: image(),
    scale: scale.prefault({}),
    workers: z.int().min(1).default(2),
  }),
  build(chart, { values }) {
    const migration = addMigration(chart, values.migrations);
    const api = addWorkload(chart, {
      name: 'orders',
      team: 'team-orders',
      image: values.image,
      scale: values.scale,
      port: 9898,
      ready: '/readyz',
      callers: ['web'],
    });
    const workers = ['invoices', 'mail'].map((name) =>
      addWorkload(chart, {
        name,
        team: 'team-orders',
        image: values.image,
        scale: { replicas: values.workers },
        env: { QUEUE: 'nats://queue:4222', SUBJECT: `orders.${name}` },
      }),
    );
    // Nothing of a new version runs before the tables are what it expects.
    for (const workload of [api, ...workers]) workload.addDependency(migration);
  },
});

/** Runs once for each content: another image, or another command, is another Job. */
function addMigration(chart: Chart, migrations: string): k8s.KubeJob {
  return new k8s.KubeJob(chart, 'migration', {
    metadata: { name: 'orders-migration' },
    spec: {
      backoffLimit: 2,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: { app: 'orders-migration', team: 'team-orders' } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          securityContext: hardened.pod,
          containers: [
            {
              name: 'migrate',
              image: migrations,
              command: ['psql', '--host=database', '--username=shop', '--command', schema],
              env: [{ name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } }],
              securityContext: hardened.container,
            },
          ],
        },
      },
    },
  });
}

/** Only ever adds, so that the version before runs on it, too, while pods are replaced. */
const schema = 'create table if not exists orders (id uuid primary key, placed timestamptz not null, lines jsonb not null)';
