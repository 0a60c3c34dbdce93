import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveObject, ManagedFieldsEntry } from '../../src/model/manifest.ts';
import { appliedEntry, fieldsOf } from '../../src/reconcile/fields.ts';
import { isOfMarks, namesOfWriters } from '../../src/reconcile/managers.ts';
import { isWrittenInOther, takenOver } from '../../src/reconcile/takeover.ts';
import { applied, kubectls, liveOf, manager, ours, storefront, written } from './owners.ts';

const replicas: JsonObject = { 'f:spec': { 'f:replicas': {} } };
const status: JsonObject = { 'f:status': { 'f:conditions': {} } };
const finalizers: JsonObject = { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/wait"': {} } } };
const as = { manager, apiVersion: 'apps/v1' };

/** Who owns something after `entries` of the storefront were taken over: managers, with the way they wrote. */
function ownersAfter(...entries: readonly ManagedFieldsEntry[]): readonly string[] | undefined {
  return takenOver(storefront(entries), as)?.map((entry) => `${entry.manager} ${entry.operation} ${entry.apiVersion}`);
}

/** What we own after `entries` of the storefront were taken over. */
function oursAfter(...entries: readonly ManagedFieldsEntry[]): readonly string[] {
  const live = storefront(entries);
  const taken: LiveObject = { ...live, metadata: { ...live.metadata, managedFields: takenOver(live, as) ?? [] } };
  return [...fieldsOf(appliedEntry(taken, manager)).keys()].sort();
}

const keys = (...entries: readonly ManagedFieldsEntry[]): readonly string[] => [...fieldsOf(...entries).keys()].sort();

test('what people and tools own becomes ours, by one apply', () => {
  const kubectl = written('kubectl-client-side-apply', kubectls);
  const flux = written('kustomize-controller', ours, { operation: 'Apply', time: '2026-05-02T10:00:00Z' });
  const before = written('before-first-apply', replicas);
  assert.deepEqual(ownersAfter(kubectl, flux, before), [`${manager} Apply apps/v1`]);
  assert.deepEqual(oursAfter(kubectl, flux, before), keys(kubectl, flux, before));
  const [entry] = takenOver(storefront([kubectl, flux, before]), as) ?? [];
  assert.deepEqual([entry?.time, entry?.['fieldsType']], ['2026-05-02T10:00:00Z', 'FieldsV1']);
});

test('what we own already stays ours', () => {
  const [own, helm] = [applied(ours), written('helm', replicas)];
  assert.deepEqual(ownersAfter(own, helm), [`${manager} Apply apps/v1`]);
  assert.deepEqual(oursAfter(own, helm), keys(own, helm));
});

test('controllers of the cluster, subresources and what is left to others keep what is theirs', () => {
  const others = [
    written('kube-controller-manager', { 'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } } }),
    written('cluster-policy-controller', { 'f:metadata': { 'f:annotations': { 'f:openshift.io/sa.scc.uid-range': {} } } }),
    written('kubectl', replicas, { subresource: 'scale' }),
    written('nginx-ingress-controller', status, { subresource: 'status' }),
    applied(replicas, { manager: `${manager}:ignored` }),
  ];
  const taken = takenOver(storefront([...others, written('helm', ours)]), as);
  assert.deepEqual(taken?.slice(0, -1), others);
  assert.equal(taken?.at(-1)?.manager, manager);
});

test('there may be nothing to take over', () => {
  assert.equal(ownersAfter(), undefined);
  assert.equal(ownersAfter(applied(ours)), undefined);
  assert.equal(ownersAfter(applied(ours), written('kubelet', replicas), written('helm', status, { subresource: 'status' })), undefined);
  assert.equal(ownersAfter(written('operator', finalizers)), undefined);
});

test('what ties an object to others stays with whoever tied it', () => {
  const operator = written('operator', { ...finalizers, ...replicas });
  const taken = takenOver(storefront([operator]), as);
  assert.deepEqual(
    taken?.map((entry) => [entry.manager, entry.fieldsV1]),
    [
      ['operator', finalizers],
      [manager, replicas],
    ],
  );
});

test('each version is taken over by itself, ours first', () => {
  const old = written('kubectl-create', { 'f:spec': { 'f:targetCPUUtilizationPercentage': {} } }, { apiVersion: 'autoscaling/v1' });
  const next = written('helm', { 'f:spec': { 'f:minReplicas': {} } }, { apiVersion: 'autoscaling/v2' });
  const asV2 = { manager, apiVersion: 'autoscaling/v2' };
  const live = liveOf('autoscaling/v2/HorizontalPodAutoscaler', {}, [old, next]);
  const first = takenOver(live, asV2) ?? [];
  assert.deepEqual(
    first.map((entry) => [entry.manager, entry.apiVersion]),
    [
      ['kubectl-create', 'autoscaling/v1'],
      [manager, 'autoscaling/v2'],
    ],
  );
  const between = { ...live, metadata: { ...live.metadata, managedFields: first } };
  assert.equal(isWrittenInOther(between, asV2), true);
  const second = takenOver(between, asV2) ?? [];
  assert.deepEqual(
    second.map((entry) => [entry.manager, entry.operation, entry.apiVersion, entry.fieldsV1]),
    [[manager, 'Apply', 'autoscaling/v1', old.fieldsV1]],
  );
  assert.equal(isWrittenInOther({ ...live, metadata: { ...live.metadata, managedFields: second } }, asV2), false);
});

test('only what people and tools own in another version is left to take', () => {
  for (const entry of [
    applied(ours, { apiVersion: 'apps/v1beta1' }),
    written('kube-controller-manager', replicas, { apiVersion: 'apps/v1beta1' }),
    written('operator', finalizers, { apiVersion: 'apps/v1beta1' }),
    written('helm', ours),
  ])
    assert.equal(isWrittenInOther(storefront([entry]), as), false, entry.manager);
});

test('those who wrote to an object are named, the last one first, and no controllers', () => {
  const at = (hour: number) => ({ time: `2026-05-01T${hour}:00:00Z` });
  const live = storefront([
    written('helm', ours, at(10)),
    written('kubectl-edit', replicas, at(14)),
    written('kube-controller-manager', replicas, at(15)),
    written('helm', ours, { ...at(11), operation: 'Apply' }),
    written('terraform', ours, at(12)),
    written('argocd-controller', ours, at(13)),
  ]);
  assert.deepEqual(namesOfWriters(live), ['kubectl-edit', 'argocd-controller', 'terraform']);
  assert.deepEqual(namesOfWriters(storefront([])), []);
});

test('an entry of marks alone is no word on what an object says', () => {
  const marks = { 'f:annotations': { '.': {}, 'f:deployment.kubernetes.io/revision': {}, 'f:lockstep.dev/hold': {} } };
  assert.equal(isOfMarks(written('kube-controller-manager', { 'f:metadata': marks })), true);
  for (const fields of [
    {},
    { 'f:metadata': {} },
    { 'f:metadata': { 'f:annotations': { 'f:note': {} } } },
    { 'f:metadata': { ...marks, 'f:labels': { 'f:app': {} } } },
    { 'f:metadata': marks, ...replicas },
  ])
    assert.equal(isOfMarks(written('kubectl', fields)), false, JSON.stringify(fields));
});
