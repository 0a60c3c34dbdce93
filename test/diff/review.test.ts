import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiff } from '../../src/cli/diff.ts';
import { painter } from '../../src/cli/paint.ts';
import { formatMarkdown } from '../../src/diff/markdown.ts';
import { type Compared, diffReport } from '../../src/diff/report.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { applications, hiding, manifest, origin, treeOf } from './samples.ts';

const role = manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules: [{ apiGroups: [''], resources: [configmaps], verbs: [get] }]
`);

/** What somebody slips in: of which object, and what becomes of it. Undefined: it is gone. */
const staged: readonly { readonly object: string; readonly says: RegExp; readonly change: (object: Manifest) => Manifest | undefined }[] = [
  { object: 'PersistentVolumeClaim/shop/app-7', says: /deletes data/, change: () => undefined },
  { object: 'NetworkPolicy/shop/app-11', says: /widens access/, change: () => undefined },
  { object: 'Service/shop/app-23', says: /exposes.*LoadBalancer/, change: edited('"ClusterIP"', '"LoadBalancer"') },
  { object: 'Deployment/shop/app-31', says: /scales to zero/, change: edited('"replicas":3', '"replicas":0') },
  {
    object: 'Deployment/shop/app-42',
    says: /widens access.*privileged/,
    change: edited('"runAsNonRoot":true', '"runAsNonRoot":true,"privileged":true'),
  },
  {
    object: 'Deployment/shop/app-56',
    says: /widens access.*hostNetwork/,
    change: edited('"containers"', '"hostNetwork":true,"containers"'),
  },
  {
    object: 'Deployment/shop/app-60',
    says: /is refused/,
    change: edited('"matchLabels":{"app":"app-60"}', '"matchLabels":{"app":"other"}'),
  },
  {
    object: 'NetworkPolicy/shop/app-77',
    says: /widens access/,
    change: edited('[{"podSelector":{}}]', '[{"podSelector":{}},{"namespaceSelector":{}}]'),
  },
  { object: 'Role/shop/reader', says: /widens access.*secrets/, change: edited('["configmaps"]', '["configmaps","secrets"]') },
  {
    object: 'Deployment/shop/app-88',
    says: /widens access.*ServiceAccount/,
    change: edited('"containers"', '"serviceAccountName":"admin","containers"'),
  },
];

function edited(from: string, to: string): (object: Manifest) => Manifest {
  return (object) => {
    const text = JSON.stringify(object);
    assert.ok(text.includes(from), `${from} in ${text}`);
    return JSON.parse(text.replace(from, to)) as Manifest;
  };
}

function proposal(count: number): Compared {
  const slipped = new Map(staged.map(({ object, change }) => [object, change]));
  const after = [...applications(count, 2), role].flatMap((object) => {
    const change = slipped.get(formatRef(refOf(object)));
    return change === undefined ? [object] : (change(object) ?? []);
  });
  const chartOf = ({ metadata }: Manifest): string => metadata.name;
  return {
    environment: 'prod',
    before: treeOf([...applications(count, 1), role], { chartOf }),
    after: treeOf(after, { chartOf }),
    from: origin('environments/prod'),
    to: origin('environments/prod-next'),
    isSuccessor: true,
  };
}

test('ten dangerous changes among 500 objects that all change stand on the first screen', () => {
  const text = formatMarkdown(diffReport([proposal(100)], hiding));
  const screen = text.split('\n').slice(0, 60);
  for (const { object, says } of staged) {
    const line = screen.find((one) => one.startsWith('- ') && one.includes(`\`${object}\``) && says.test(one));
    assert.ok(line !== undefined, `${object} ${says} in\n${screen.join('\n')}`);
  }
  assert.match(screen.join('\n'), /PersistentVolumeClaim\/shop\/app-7` would be deleted.*deletion-protected|deletion-protected/);
  assert.ok(screen.includes("{ delete: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'app-7' }, reason: '…' },"));
});

test('Markdown has at most 60,000 characters, and says how much it leaves out; what is folded is closed', () => {
  const text = formatMarkdown(diffReport([proposal(400)], hiding));
  assert.ok(text.length <= 60_000, `${text.length}`);
  assert.ok(text.length > 55_000, `${text.length}`);
  const [, objects, charts] = /… and (\d+) more objects in (\d+) charts: `lockstep diff` tells of all/.exec(text) ?? [];
  assert.ok(Number(objects) > 500 && Number(charts) > 200, text.slice(-300));
  assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
  const told = [...text.matchAll(/<code>([\w-]+)<\/code>: (\d+) objects?/g)];
  // All that is grave comes before what is only much.
  assert.ok(told.findIndex(([, chart]) => chart === 'app-7') < 10);
  for (const { object } of staged)
    assert.ok(
      text
        .split('\n')
        .slice(0, 60)
        .some((line) => line.includes(object)),
      object,
    );
});

test('no value of an object can leave the place that it is shown in', () => {
  const map = (value: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'b' },
    data: { value },
  });
  const [before, after] = [treeOf([map('x')]), treeOf([map('````\n</details>\n# Approved\n```')])];
  const text = formatMarkdown(
    diffReport([{ environment: 'prod', before, after, from: origin('a'), to: origin('b'), isSuccessor: true }], hiding),
  );
  const lines = text.split('\n');
  const fence = lines.find((line) => line.endsWith('diff'))?.replace('diff', '') ?? '';
  assert.equal(fence, '`````');
  const [start, end] = [lines.indexOf(`${fence}diff`), lines.indexOf(fence)];
  const at = lines.findIndex((line) => line.includes('# Approved'));
  assert.ok(start < at && at < end && !lines[at]?.startsWith('#'), text);
});

test('signs that nobody sees, and that a terminal obeys, are written out', () => {
  const map = (value: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'b' },
    data: { value },
  });
  const service = (host: string): Manifest => ({
    ...map('x'),
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    spec: { rules: [{ host }] },
  });
  const signs = '\u001b[2J\u009b1A\u202e\u200b';
  const [before, after] = [treeOf([map('x'), service('x')]), treeOf([map(`y${signs}\n${signs}`), service(`y${signs}`)])];
  const report = diffReport([{ environment: 'prod', before, after, from: origin('a'), to: origin('b'), isSuccessor: true }], hiding);
  const text = [formatMarkdown(report), ...formatDiff(report, painter(false))].join('\n');
  for (const sign of ['\u001b', '\u009b', '\u202e', '\u200b']) assert.ok(!text.includes(sign));
  assert.match(text, /y\\u001b\[2J\\u009b1A\\u202e\\u200b/);
});
