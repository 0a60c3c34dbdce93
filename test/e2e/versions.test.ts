import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../src/model/manifest.ts';
import { eventually } from './eventually.ts';
import { namespace } from './manifests.ts';
import { ofType, openStage, type Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage('versions', { controlPlane: { without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] } });
});
after(() => stage.close());

function widgets(isOldServed: boolean): Manifest {
  const schema = {
    openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [
        { name: 'v1beta1', served: isOldServed, storage: false, schema },
        { name: 'v1', served: true, storage: true, schema },
      ],
    },
  };
}

const widget = (version: string): Manifest => ({
  apiVersion: `example.com/${version}`,
  kind: 'Widget',
  metadata: { name: 'one', namespace: 'versions' },
  spec: { size: 1 },
});

test('a kind whose version goes is seen in the one that the branch has come to write', async () => {
  await stage.admin.apply(widgets(true), { manager: 'administrator' });
  const tree = (version: string) => [namespace('versions'), widget(version)];
  await stage.allow(tree('v1beta1'));
  const agent = stage.agent();
  for (const version of ['v1beta1', 'v1']) {
    const commit = await stage.publish(tree(version));
    await agent.until(
      ofType('synced', ({ revision }) => revision === commit),
      `the sync of ${version}`,
    );
  }
  await stage.admin.apply(widgets(false), { manager: 'administrator' });
  // A watch of a version that goes lives on for some seconds.
  await sleep(20_000);
  await stage.remove(widget('v1'));
  await eventually('it to be back', async () => ((await stage.live(widget('v1'))) === undefined ? undefined : true), 60_000);
  await agent.stop();
});
