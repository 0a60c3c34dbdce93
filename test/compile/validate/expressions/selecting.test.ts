import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { selectingExpressions } from '../../../../src/compile/validate/expressions/places.ts';
import { judgeSelecting } from '../../../../src/compile/validate/expressions/selecting.ts';
import { usesExpressions } from '../../../../src/compile/validate/expressions/uses.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { draftOf } from '../../drafts.ts';

const metadata = { name: 'a' };

function webhook(expression: string, kind = 'ValidatingWebhookConfiguration'): Manifest {
  const webhooks = [{}, { matchConditions: [{ name: 'fine', expression: 'true' }, { expression }] }];
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, webhooks };
}

function deviceClass(expression: string): Manifest {
  return { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata, spec: { selectors: [{ cel: { expression } }] } };
}

/** The messages about `manifest`, without the expression itself. */
function said(manifest: Manifest, minor = 35): readonly string[] {
  const found = judgeSelecting([draftOf(manifest.kind, metadata.name, { manifest })], minor);
  assert.ok(found.every(({ code }) => code === 'expression-invalid'));
  return found.map(({ message }) => message.replace(/^.*? cannot be evaluated: /, ''));
}

describe('expressions that select something are found', () => {
  const selectors = [{ cel: { expression: 'wrong' } }];
  const devices = { requests: [{ selectors }, { exactly: { selectors } }, { firstAvailable: [{}, { selectors }] }] };
  const inClaim = ['/0/selectors/0', '/1/exactly/selectors/0', '/2/firstAvailable/1/selectors/0'].map((path) => `${path}/cel/expression`);
  const resource = { apiVersion: 'resource.k8s.io/v1beta2', metadata };
  const cases: readonly (readonly [manifest: Manifest, paths: readonly string[]])[] = [
    ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map(
      (kind) => [webhook('wrong', kind), ['/webhooks/1/matchConditions/1/expression']] as const,
    ),
    [deviceClass('wrong'), ['/spec/selectors/0/cel/expression']],
    [{ ...resource, kind: 'ResourceClaim', spec: { devices } }, inClaim.map((path) => `/spec/devices/requests${path}`)],
    [
      { ...resource, kind: 'ResourceClaimTemplate', spec: { spec: { devices } } },
      inClaim.map((path) => `/spec/spec/devices/requests${path}`),
    ],
    [{ ...resource, apiVersion: 'example.com/v1', kind: 'ResourceClaim', spec: { devices } }, []],
  ];
  for (const [manifest, paths] of cases) {
    test(`${manifest.apiVersion}/${manifest.kind}`, () => {
      const drafts = [draftOf(manifest.kind, metadata.name, { manifest })];
      assert.deepEqual(
        judgeSelecting(drafts, 35).map(({ at }) => at.pointer),
        paths,
      );
      assert.equal(usesExpressions([manifest]), paths.length > 0);
    });
  }
});

const anything = 'its type may be any, and not `bool`: it can be compared, or converted';

/** A real API server 1.35 says the same of each. */
describe('a condition of a webhook', () => {
  const cases: readonly (readonly [expression: string, problems: readonly string[]])[] = [
    ['object.x == 1 && !has(oldObject.y)', []],
    ['request.operation == "CREATE" && !("a" in request.userInfo.groups)', []],
    ['namespaceObject.metadata.name == "a"', []],
    ['authorizer.group("").resource("pods").check("get").allowed()', []],
    ['  ', []],
    ['variables.x == 1', ['`variables` is no variable']],
    ['params.x == 1', ['`params` is no variable']],
    ['device.driver == "x"', ['`device` is no variable']],
    ['cel.bind(x, 1, x == 1)', ['`x` is no variable']],
    ['object.a || object.b', []],
    ['object.a == true && bool(object.b)', []],
    ['object.?a.orValue(true) == true', []],
    ['request.dryRun && request.options.x', []],
    ['request.kind == request.requestKind && request.namespace != "x"', []],
    ['namespaceObject == null || namespaceObject.metadata.labels["a"] == "b"', []],
    ['object.a["b"]', [anything]],
    ['[oldObject.a][0]', [anything]],
    ['request.name', ['its type is `string`, and not `bool`']],
    ['request.object.x == 1', ['`object` is no field of the schema']],
    ['namespaceObject.spec == 1', ['`==` does not take `object`, `int`']],
    ['-1', ['its type is `int`, and not `bool`']],
    ['object.map(x, x.y)', ['its type is `list`, and not `bool`']],
    ['150%', ['it is not finished']],
  ];
  for (const [expression, problems] of cases) test(expression, () => assert.deepEqual(said(webhook(expression)), problems));
});

/** A real API server 1.35 says the same of each. */
describe('a selector of devices', () => {
  const cases: readonly (readonly [expression: string, problems: readonly string[]])[] = [
    ['device.driver == "a"', []],
    ['device.attributes["a"].b', []],
    ['device.attributes["a"].?b.orValue(false)', []],
    ['device.attributes["a"].version.isGreaterThan(semver("1.0.0"))', []],
    ['device.capacity["a"].b.compareTo(quantity("1Gi")) >= 0', []],
    ['device.capacity["a"].all(k, v, v.isGreaterThan(quantity("1")))', []],
    ['cel.bind(own, device.attributes["a"], own.x && own.y)', []],
    ['cel.bind(device, 1, device == 1)', []],
    ['cel.bind(own, device.driver, own)', ['its type is `string`, and not `bool`']],
    ['cel.bind(own, device.attributes["a"], other.x)', ['`other` is no variable']],
    ['cel.bind(own, other, true)', ['`other` is no variable']],
    ['device.capacity["a"].b >= quantity("1Gi")', ['`>=` does not take `quantity`, `quantity`']],
    ['device.foo == 1', ['`foo` is no field of the schema']],
    ['device.attributes["a"]', ['its type is `map`, and not `bool`']],
    ['object.x == 1', ['`object` is no variable']],
    [' ', ['the expression is empty']],
  ];
  for (const [expression, problems] of cases) test(expression, () => assert.deepEqual(said(deviceClass(expression)), problems));

  test('may use what its Kubernetes may have', () => {
    const expression = 'device.allowMultipleAllocations';
    const problems = [33, 34, 35, 36].map((minor) => said(deviceClass(expression), minor).length);
    assert.deepEqual(problems, [1, 0, 0, 0]);
    assert.deepEqual(said(deviceClass('device.later == 1'), 36), []);
  });

  test('has a length', () => {
    const expression = (bytes: number): string => `"${'ä'.repeat((bytes - 12) / 2)}" == "abc" `;
    assert.deepEqual(said(deviceClass(expression(10 * 1024))), []);
    assert.deepEqual(said(deviceClass(expression(10 * 1024 + 2))), ['it has more than 10240 bytes']);
    assert.deepEqual(said(deviceClass(expression(10 * 1024 + 2)), 31), []);
  });
});

test('no object is too odd to be searched', () => {
  const odd = fc.jsonValue({ maxDepth: 3 });
  const lists = fc.oneof(odd, fc.array(fc.oneof(odd, fc.record({ selectors: odd, cel: odd, expression: odd, matchConditions: odd }))));
  fc.assert(
    fc.property(lists, fc.constantFrom(webhook('a'), deviceClass('a')), (value, { apiVersion, kind }) => {
      const spec = { selectors: value, devices: { requests: value } };
      const manifest = { apiVersion, kind, metadata, webhooks: value, spec } as JsonObject & Manifest;
      assert.ok(selectingExpressions(manifest).every(({ source }) => typeof source === 'string'));
    }),
  );
});
