import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const image = 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const annotations = { 'example.com/a': 'b' };
    const patched = (id: string, ...patches: readonly JsonPatch[]): void => {
      const map = new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { annotations }, data: { color: 'blue' } });
      map.addJsonPatch(...patches);
    };
    // All of these find what they name, the second one what the first one made.
    patched(
      'right',
      JsonPatch.add('/data/size', '3'),
      JsonPatch.replace('/data/size', '4'),
      JsonPatch.remove('/metadata/annotations/example.com~1a'),
    );
    patched('moved', JsonPatch.test('/data/color', 'blue'), JsonPatch.move('/data/color', '/data/colour'));

    patched('remove', JsonPatch.remove('/data/colour'));
    patched('replace', JsonPatch.replace('/data/colour', 'red'));
    patched('copy', JsonPatch.copy('/dta/color', '/data/colour'));
    patched('test', JsonPatch.test('/data/color', 'red'));
    patched('nowhere', JsonPatch.add('/spec/deep/color', 'red'));

    const deployment = new k8s.KubeDeployment(chart, 'web', {
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } },
      },
    });
    deployment.addJsonPatch(
      JsonPatch.remove('/spec/template/spec/containers/1'),
      JsonPatch.add('/spec/template/spec/containers/-', { name: 'other', image, imagePulPolicy: 'Always' }),
    );

    // What a patch that fails would change is not told: it may be secret.
    const secret = new ApiObject(chart, 'secret', { apiVersion: 'v1', kind: 'Secret', stringData: { password: 'hunter2hunter2' } });
    secret.addJsonPatch(JsonPatch.test('/stringData/password', 'hunter3hunter3'));
  },
});

export default defineEnvironment({
  name: 'missed-patches',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
