import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const app = defineChart({
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
  },
});

const base = defineBase({ kubernetes: '1.35', charts: { app }, syncWindows: { allow: [{ from: '09:00', to: '17:00', timeZone: 'UTC' }] } });

/** What it says of windows is all that counts. */
export default defineEnvironment({
  name: 'prod',
  cluster: 'eu-1',
  extends: base,
  syncWindows: {
    allow: [
      { days: ['Fri', 'Mon'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' },
      { from: '12:00', to: '13:00', timeZone: 'America/New_York', reason: 'lunch' },
    ],
    deny: [{ from: '2027-12-23', to: '2028-01-02', timeZone: 'Europe/Berlin', reason: 'holidays' }],
  },
});
