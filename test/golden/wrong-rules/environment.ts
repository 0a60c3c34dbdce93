import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment, manage } from 'lockstep';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    manage(chart, { replace: 'onImmutableChange' });
    const config = new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'shop' } });
    manage(config, { ignore: ['spec.replicas', '', '/a~2b', '/data/key', '/metadata/name', '/kind', '/metadata', '/metadata/labels'] });
    manage(config, { ignores: ['/data'], replace: 'always', keep: 'yes', ownership: 'mine', progressDeadline: 1.5 } as never);
    manage(config, { progressDeadline: 0, ignore: '/data' as never });
    manage(config, 'keep' as never);

    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubePersistentVolumeClaim(chart, 'claim', {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } } },
    });
    const containers = [{ name: 'x', image: `x@sha256:${'0'.repeat(64)}` }];
    const template = { metadata: { labels: { app: 'x' } }, spec: { containers } };
    const spec = { serviceName: 'x', selector: { matchLabels: { app: 'x' } }, template };
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete' };
    new k8s.KubeStatefulSet(chart, 'fleeting', { metadata: { name: 'x' }, spec: { ...spec, persistentVolumeClaimRetentionPolicy } });
    new k8s.KubeStatefulSet(chart, 'lasting', { metadata: { name: 'y' }, spec });
    const volume = new k8s.KubePersistentVolume(chart, 'volume', {
      metadata: { name: 'v' },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: k8s.Quantity.fromString('1Gi') }, nfs: { server: 'nfs', path: '/' } },
    });
    manage(volume, { replace: 'never' });
  },
});

export default defineEnvironment({ name: 'unruly', cluster: 'eu-1', kubernetes: '1.35', charts: { shop } });
