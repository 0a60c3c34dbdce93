import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareTrees } from '../../src/diff/compare.ts';
import { foreignWords, liveSummary, liveTrees } from '../../src/diff/live.ts';
import { placeOf } from '../../src/diff/place.ts';
import type { LiveFinding } from '../../src/model/live.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { object } from './judged.ts';
import { hiding, manifests, treeOf } from './samples.ts';

const uids = { uid: 'u', resourceVersion: '7', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z' };

function manifest(text: string): Manifest {
  return manifests(text)[0] as Manifest;
}

function live(text: string): LiveObject {
  const { metadata, ...content } = manifest(text);
  return { ...content, metadata: { ...metadata, ...uids }, status: { phase: 'Active' } } as LiveObject;
}

/** An object that was found, and that nobody could be asked about. */
function found(wanted: Manifest, there: LiveObject | undefined, rest: Partial<LiveFinding> = {}): LiveFinding {
  const nothing = { next: undefined, problem: undefined, isUnasked: true, foreign: [], dropped: [] };
  return { ref: refOf(wanted), state: there === undefined ? 'absent' : 'there', wanted, live: there, ...nothing, ...rest };
}

/** The fields that an apply would change, where the API server could not be asked. */
function changes(wanted: Manifest, there: LiveObject, rest: Partial<LiveFinding> = {}): readonly string[] {
  const { before, after } = liveTrees(treeOf([wanted]), { findings: [found(wanted, there, rest)], leftovers: [] });
  return compareTrees(before, after).flatMap((change) =>
    change.op === 'change' ? change.fields.map(({ op, steps }) => `${op} ${placeOf(steps)}`) : [change.op],
  );
}

const pod = (more: string): string =>
  object(
    'apps/v1 Deployment shop/web',
    `spec:
  template:
    spec:
      containers:
        - name: web
          image: web:1
          ${more}`,
  );

test('defaults of the server, other forms of a quantity and its book-keeping are no differences', () => {
  const there = pod(`terminationMessagePath: /dev/termination-log
          resources: { limits: { cpu: "1", memory: 1Gi } }
          ports: [{ containerPort: 80, protocol: TCP }]`);
  const wanted = pod(`resources: { limits: { cpu: 1000m, memory: 1024Mi } }
          ports: [{ containerPort: 80 }]`);
  assert.deepEqual(changes(manifest(wanted), live(there)), []);
});

test('what the tree says otherwise is laid over what is there, items of lists by their keys', () => {
  const there = pod('env: [{ name: A, value: "1" }, { name: THEIRS, value: "2" }]');
  const wanted = pod('env: [{ name: B, value: "3" }, { name: A, value: "4" }]');
  assert.deepEqual(changes(manifest(wanted), live(there)), [
    'add spec.template.spec.containers[web].env[B]',
    'replace spec.template.spec.containers[web].env[A].value',
  ]);
});

test('what an environment applied and says no more goes, the items of one list at once', () => {
  const there = pod('env: [{ name: A, value: "1" }, { name: B, value: "2" }, { name: C, value: "3" }]');
  const at = ['spec', 'template', 'spec', 'containers', 0, 'env'] as const;
  const wanted = pod('env: [{ name: B, value: "2" }]');
  const dropped = [
    [...at, 0],
    [...at, 0, 'value'],
    [...at, 2],
  ];
  assert.deepEqual(changes(manifest(wanted), live(there), { dropped }), [
    'remove spec.template.spec.containers[web].env[C]',
    'remove spec.template.spec.containers[web].env[A]',
  ]);
});

test('what the API server says counts for more; what is over or unknown is told nothing of', () => {
  const wanted = manifest(object('v1 ConfigMap shop/a', 'data: { x: "1" }'));
  const there = live(object('v1 ConfigMap shop/a', 'data: { x: "2" }'));
  assert.deepEqual(changes(wanted, there, { next: there }), []);
  for (const state of ['over', 'unknown'] as const) {
    const { before, after } = liveTrees(treeOf([wanted]), { findings: [found(wanted, undefined, { state })], leftovers: [] });
    assert.deepEqual([compareTrees(before, after), after.index.objects], [[], []]);
  }
});

test('what others did is told with the field, and with who did it; what has a secret in it without that', () => {
  const wanted = manifest(object('v1 ConfigMap shop/a', 'data: { x: "1" }'));
  const there = live(object('v1 ConfigMap shop/a', 'data: { x: "2", z: "3" }'));
  const foreign = [
    { path: ['data', 'x'], by: 'kubectl`edit', isAddition: false },
    { path: ['data', 'z'], by: 'operator', isAddition: true },
    { path: ['metadata', 'labels'], by: 'kube-controller-manager', isAddition: false },
  ];
  const key = `AKIA${'QYLPMN5HHHFPZAM2'}`;
  const finding = found(wanted, there, { foreign, problem: `denied: ${key}` });
  const findings = { findings: [finding, found(manifest(object('v1 ConfigMap shop/b')), undefined, { state: 'vanished' })], leftovers: [] };
  const { before, after } = liveTrees(treeOf([wanted]), findings);
  const summary = liveSummary(findings, compareTrees(before, after), hiding);
  assert.deepEqual(summary.foreign.map(foreignWords), [
    "`ConfigMap/shop/a`: `kubectl'edit` changed `data.x`, and an apply takes that back",
    '`ConfigMap/shop/a`: `operator` added `data.z`, and an apply leaves that',
    '`ConfigMap/shop/b`: somebody deleted it, and an apply makes it again',
  ]);
  assert.equal(summary.unasked, 2);
  assert.ok(!JSON.stringify(summary).includes(key));
});
