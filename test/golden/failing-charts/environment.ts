import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const throws = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'before', {});
    throw new Error('the moon is full');
  },
});
const twice = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'same', {});
    new k8s.KubeConfigMap(chart, 'same', {});
  },
});
const later = defineChart({
  namespace: 'shop',
  async build(chart) {
    await Promise.resolve();
    new k8s.KubeConfigMap(chart, 'late', {});
  },
});
const invalid = defineChart({
  namespace: 'shop',
  build(chart) {
    const config = new k8s.KubeConfigMap(chart, 'checked', {});
    config.node.addValidation({ validate: () => ['a map without data is no map', 'and it has no friends'] });
    const other = new k8s.KubeConfigMap(chart, 'confused', {});
    other.node.addValidation({
      validate: () => {
        throw new Error('who validates the validation');
      },
    });
    other.node.addDependency({} as never);
  },
});
const unwritable = defineChart({
  namespace: 'shop',
  build(chart) {
    new ApiObject(chart, 'date', { apiVersion: 'v1', kind: 'ConfigMap', data: { now: new Date(0) } });
    new ApiObject(chart, 'number', { apiVersion: 'v1', kind: 'ConfigMap', data: { half: Number.NaN, of: [() => 1] } });
    new ApiObject(chart, 'kindless', { apiVersion: 'v1' } as never);
    new ApiObject(chart, 'numbered', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 7 as unknown as string } });
  },
});
const legacy = () => {
  throw new TypeError('not today');
};
const homeless = (scope: Chart) => new ApiObject(scope.node.root as Chart, 'alone', { apiVersion: 'v1', kind: 'ConfigMap' });

export default defineEnvironment({
  name: 'failing',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { throws, twice, later, invalid, unwritable, legacy, homeless: homeless as never },
});
