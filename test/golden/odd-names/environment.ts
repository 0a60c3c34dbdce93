import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const roles = defineChart({
  build(chart) {
    for (const name of ['system:reader', 'System:Reader', 'plain']) new k8s.KubeClusterRole(chart, name, { metadata: { name }, rules: [] });
    new k8s.KubePriorityClass(chart, 'long', { metadata: { name: 'p'.repeat(253) }, value: 1 });
  },
});

export default defineEnvironment({ name: 'odd', cluster: 'eu-1', kubernetes: '1.35', charts: { webFront: roles } });
