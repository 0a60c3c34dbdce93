import { k8s } from 'cdk8s-plus-28';
import { type ChartDef, defineChart, defineEnvironment } from 'lockstep';

const elsewhere = defineChart({ build() {} });
const first: ChartDef[] = [];
const second = defineChart({
  namespace: 'shop',
  after: first,
  build: (chart) => void new k8s.KubeConfigMap(chart, 'settings', {}),
});
// Each of two charts comes after the other.
first.push(defineChart({ namespace: 'shop', after: [second], build: (chart) => void new k8s.KubeConfigMap(chart, 'settings', {}) }));
const [one] = first;
const lonely = defineChart({ after: [elsewhere], build() {} });
const charts = one === undefined ? {} : { one, second, lonely };

export default defineEnvironment({
  name: 'unordered',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts,
});
