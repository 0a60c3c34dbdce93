import { ApiObject } from 'cdk8s';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const payments = defineChart({
  owner: 'payments',
  build(chart) {
    new ApiObject(chart, 'settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { level: 'info' },
    });
  },
});

export default defineEnvironment({
  name: 'owned',
  cluster: 'eu-1',
  extends: defineBase({ kubernetes: '1.35', rendered: { owners: { orders: '@acme/orders' } } }),
  charts: { payments },
  rendered: { owners: { payments: '@acme/payments', payment: ['@acme/payments', '@ada'] } },
});
