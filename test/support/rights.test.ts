import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/model/manifest.ts';
import { type AuditEvent, forbiddenRequests, unusedRights } from './rights.ts';

const apiGroup = 'rbac.authorization.k8s.io';
const user = 'system:serviceaccount:lockstep:lockstep-prod';

/** A role with `rules` in the namespace `shop`, or in the whole cluster, bound to the user. */
function given(rules: Manifest[string], scope: 'shop' | '' = 'shop'): readonly Manifest[] {
  const prefix = scope === '' ? 'Cluster' : '';
  const metadata = { name: 'given', ...(scope === '' ? {} : { namespace: scope }) };
  const roleRef = { apiGroup, kind: `${prefix}Role`, name: 'given' };
  const subjects = [{ kind: 'ServiceAccount', name: 'lockstep-prod', namespace: 'lockstep' }];
  return [
    { apiVersion: `${apiGroup}/v1`, kind: `${prefix}Role`, metadata, ...(rules === undefined ? {} : { rules }) },
    { apiVersion: `${apiGroup}/v1`, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects },
  ];
}

const configMaps = (...verbs: readonly string[]) => [{ apiGroups: [''], resources: ['configmaps'], verbs }];

/** A request for the ConfigMap `web` in `shop`, unless told otherwise. */
function request(verb: string, rest: Partial<AuditEvent> = {}): AuditEvent {
  const objectRef = { resource: 'configmaps', namespace: 'shop', name: 'web' };
  return { verb, requestURI: '/', user: { username: user }, objectRef, responseStatus: { code: 200 }, ...rest };
}

test('a right is used by a request for it, not by one that was refused, nor by that of somebody else', () => {
  const rights = given(configMaps('get', 'patch'));
  const both = ['get configmaps in `shop`', 'patch configmaps in `shop`'];
  assert.deepEqual(unusedRights([], rights, user), both);
  assert.deepEqual(unusedRights([request('get', { responseStatus: { code: 404 } })], rights, user), both.slice(1));
  assert.deepEqual(unusedRights([request('get', { responseStatus: { code: 403 } })], rights, user), both);
  assert.deepEqual(unusedRights([request('get', { user: { username: 'ada' } })], rights, user), both);
  assert.deepEqual(unusedRights([request('get', { objectRef: { resource: 'configmaps', namespace: 'other' } })], rights, user), both);
});

test('an apply that makes an object uses the right to create it as well', () => {
  const rights = given(configMaps('create', 'patch'));
  assert.deepEqual(unusedRights([request('patch')], rights, user), ['create configmaps in `shop`']);
  assert.deepEqual(unusedRights([request('patch', { responseStatus: { code: 201 } })], rights, user), []);
});

test('a right over one object is used by requests for that one alone, and a right everywhere by those in any namespace', () => {
  const named = (name: string) => given([{ apiGroups: [''], resources: ['configmaps'], resourceNames: [name], verbs: ['get'] }]);
  assert.deepEqual(unusedRights([request('get')], named('web'), user), []);
  assert.deepEqual(unusedRights([request('get')], named('api'), user), ['get configmaps `api` in `shop`']);
  assert.deepEqual(unusedRights([request('get')], given(configMaps('get'), ''), user), []);
});

test('a right over a subresource is another one than that over the resource', () => {
  const rights = given([{ apiGroups: ['lockstep.dev'], resources: ['environments', 'environments/status'], verbs: ['patch'] }]);
  const objectRef = { apiGroup: 'lockstep.dev', resource: 'environments', subresource: 'status', namespace: 'shop', name: 'prod' };
  assert.deepEqual(unusedRights([request('patch', { objectRef })], rights, user), ['patch environments.lockstep.dev in `shop`']);
});

test('who acts as another uses the right to do so, and that one the rights to what is asked for', () => {
  const agent = 'system:serviceaccount:lockstep:lockstep';
  const acted = request('get', { user: { username: agent }, impersonatedUser: { username: user } });
  assert.deepEqual(unusedRights([acted], given(configMaps('get')), user), []);
  const [role, binding] = given([
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['lockstep-prod'], verbs: ['impersonate'] },
  ]).map((object) => ({ ...object, metadata: { ...object.metadata, namespace: 'lockstep' } }));
  assert.ok(role && binding);
  const impersonating = [role, { ...binding, subjects: [{ kind: 'ServiceAccount', name: 'lockstep', namespace: 'lockstep' }] }];
  assert.deepEqual(unusedRights([acted], impersonating, agent), []);
  assert.deepEqual(unusedRights([request('get', { user: { username: agent } })], impersonating, agent), [
    'impersonate serviceaccounts `lockstep-prod` in `lockstep`',
  ]);
});

test('what a role grants, and the right to bind one, are used when they are written', () => {
  const rights = given([
    { apiGroups: [''], resources: ['endpoints'], verbs: ['list'] },
    { apiGroups: [apiGroup], resources: ['clusterroles'], resourceNames: ['view'], verbs: ['bind'] },
    { apiGroups: [apiGroup], resources: ['roles'], resourceNames: ['metrics'], verbs: ['escalate'] },
  ]);
  const written = (resource: string, name: string, requestObject: Manifest[string]): AuditEvent =>
    request('patch', {
      objectRef: { apiGroup, resource, namespace: 'shop', name },
      ...(requestObject === undefined ? {} : { requestObject }),
    });
  assert.equal(unusedRights([written('roles', 'reader', undefined)], rights, user).length, 3);
  const events = [
    written('roles', 'reader', { rules: [{ apiGroups: [''], resources: ['endpoints'], verbs: ['list'] }] }),
    written('rolebindings', 'viewer', { roleRef: { kind: 'ClusterRole', name: 'view' } }),
    written('roles', 'metrics', { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] }),
  ];
  assert.deepEqual(unusedRights(events, rights, user), []);
});

test('what was refused is told once for each path', () => {
  const refused = request('get', { requestURI: '/api/v1/pods?limit=1', responseStatus: { code: 403 } });
  assert.deepEqual(forbiddenRequests([refused, refused, request('get')], user), ['get /api/v1/pods']);
});
