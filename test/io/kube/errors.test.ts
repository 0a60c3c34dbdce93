import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from '../../../src/io/kube/errors.ts';
import type { Reply } from '../../../src/io/kube/transport.ts';
import type { ApiError } from '../../../src/model/apierror.ts';
import type { Json } from '../../../src/model/json.ts';

function reply(status: number, body: Json, headers: Reply['headers'] = {}): Reply {
  return { status, headers, body };
}

function told(code: number, message: string, details: Json = {}): Reply {
  return reply(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, details, code });
}

const cause = (field: string, message: string): Json => ({ reason: 'FieldValueInvalid', field, message });

/** The answer to a write that a webhook guards which cannot be called, and why. */
function uncalled(why: string): Reply {
  const said = `failed calling webhook "guard.example.com": failed to call webhook: Post "https://guard.shop.svc:443/?timeout=1s": ${why}`;
  return told(500, `Internal error occurred: ${said}`, { causes: [{ message: said }] });
}

/** Words of a real API server (1.35), and what they mean. */
const meanings: readonly (readonly [title: string, reply: Reply, reason: ApiError['reason']])[] = [
  ['a bad request', told(400, 'the namespace of the provided object does not match the namespace sent on the request'), 'invalid'],
  ['an unknown method', told(405, 'the server does not allow this method on the requested resource'), 'invalid'],
  ['a form that is not offered', told(406, 'only the following media types are accepted'), 'invalid'],
  ['a body that is too large', told(413, 'Request entity too large: limit is 3145728'), 'invalid'],
  ['a body of another type', told(415, 'the body of the request was in an unknown format'), 'invalid'],
  ['an object that is not valid', told(422, 'Deployment.apps "d" is invalid: spec.replicas: Invalid value: -1'), 'invalid'],
  [
    'an unknown field',
    told(500, 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dta: field not declared in schema'),
    'invalid',
  ],
  ['a wrong type', told(500, 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data.k: expected string'), 'invalid'],
  [
    'a key that stands twice',
    told(500, 'failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec: duplicate entries for key'),
    'invalid',
  ],
  [
    'a value that cannot be decoded',
    told(500, 'failed to convert new object (/a; /v1, Kind=Secret) to proper version: error decoding from json'),
    'invalid',
  ],
  ['managed fields that cannot be read', told(500, 'failed to create manager for existing fields: failed to convert'), 'invalid'],
  ['an object that etcd finds too large', told(500, 'etcdserver: request is too large'), 'invalid'],
  ['a webhook that says no', told(400, 'admission webhook "policy.example.com" denied the request: no'), 'invalid'],
  ['a webhook that says no with a 500', told(500, 'admission webhook "policy.example.com" denied the request: no'), 'invalid'],
  ['a webhook that says no with a 403', told(403, 'admission webhook "policy.example.com" denied the request: no'), 'invalid'],
  ['a policy that says no', told(403, "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"), 'invalid'],
  ['credentials that are no good', told(401, 'Unauthorized'), 'forbidden'],
  ['a right that is missing', told(403, 'namespaces is forbidden: User "someone" cannot list resource "namespaces"'), 'forbidden'],
  ['an object that is not there', told(404, 'configmaps "zz" not found', { name: 'zz', kind: 'configmaps' }), 'missing'],
  ['a path that is not served', reply(404, '404 page not found\n'), 'missing'],
  ['another resourceVersion', told(409, 'Operation cannot be fulfilled on configmaps "a": the object has been modified'), 'conflict'],
  ['an object that exists', told(409, 'configmaps "a" already exists'), 'conflict'],
  [
    'another uid',
    told(422, 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "1": field is immutable', {
      causes: [cause('metadata.uid', 'Invalid value: "1": field is immutable')],
    }),
    'conflict',
  ],
  [
    'another uid beside a real mistake',
    told(422, 'ConfigMap "a" is invalid', { causes: [cause('metadata.uid', 'field is immutable'), cause('data', 'Forbidden')] }),
    'invalid',
  ],
  [
    'a namespace that is going away',
    told(403, 'configmaps "f" is forbidden: unable to create new content in namespace foo because it is being terminated', {
      causes: [{ reason: 'NamespaceTerminating', message: 'namespace foo is being terminated', field: 'metadata.namespace' }],
    }),
    'unavailable',
  ],
  ['a resourceVersion that is too old', told(410, 'too old resource version: 1 (5)'), 'unavailable'],
  ['too many requests', told(429, 'too many requests, please try again later'), 'unavailable'],
  ['a server error', told(500, 'Internal error occurred: etcdserver: leader changed'), 'unavailable'],
  ['a webhook that refuses connections', uncalled('dial tcp 127.0.0.1:1: connect: connection refused'), 'webhook'],
  ['a webhook that does not answer in time', uncalled('context deadline exceeded'), 'webhook'],
  ['a webhook without a Service', uncalled('service "guard" not found'), 'webhook'],
  [
    'a webhook that answers nonsense',
    told(500, 'Internal error occurred: failed calling webhook "w.example.com": received invalid webhook response: expected response.uid'),
    'webhook',
  ],
  ['a conversion that does not answer', told(500, 'conversion webhook for x.dev/v1, Kind=X failed: Post "https://x": EOF'), 'webhook'],
  [
    'a conversion that answers nonsense',
    told(500, 'conversion webhook for x.dev/v1, Kind=X returned invalid converted object at index 0'),
    'webhook',
  ],
  [
    'a conversion within an apply that does not answer',
    told(
      500,
      'failed to convert new object (/a; x.dev/v1, Kind=X) to proper version: conversion webhook for x.dev/v1, Kind=X failed: Post',
    ),
    'webhook',
  ],
  [
    'a conversion within a list that does not answer',
    told(429, 'storage is (re)initializing: failed to list x.dev/v2, Kind=X: conversion webhook for x.dev/v1, Kind=X failed: Post'),
    'webhook',
  ],
  ['a JSON patch that does not fit', told(422, 'the server rejected our request due to an error in our request', {}), 'conflict'],
  [
    'a field that cannot change',
    told(422, 'it is invalid', { causes: [cause('type', 'Invalid value: "x": field is immutable')] }),
    'immutable',
  ],
  [
    'another uid beside a field that cannot change',
    told(422, 'it is invalid', {
      causes: [cause('metadata.uid', 'field is immutable'), cause('type', 'Invalid value: "x": field is immutable')],
    }),
    'conflict',
  ],
  ['a gateway that waited too long', reply(504, '<html>Gateway Timeout</html>'), 'unavailable'],
  ['a redirect', reply(307, ''), 'unavailable'],
];
for (const [title, answer, reason] of meanings) {
  test(`${title} is ${reason}`, () => {
    const error = refusal(answer);
    assert.deepEqual([error.reason, error.status], [reason, answer.status]);
  });
}

test('the words of the server are kept, with the causes that they leave out', () => {
  const causes = [
    cause('spec.replicas', 'Invalid value: -1'),
    cause('spec.template', 'Required value'),
    cause('spec.template', 'Required value'),
  ];
  const error = refusal(told(422, 'it is invalid: spec.replicas: Invalid value: -1', { causes }));
  assert.equal(error.message, 'it is invalid: spec.replicas: Invalid value: -1; spec.template: Required value');
});

test('an answer without words is told by its status', () => {
  assert.equal(refusal(reply(502, '')).message, 'the server answered 502');
  assert.equal(refusal(reply(500, {})).message, 'the server answered 500');
});

test('a message has at most 2,000 characters, and its end is kept: there stands what is wrong with a long value', () => {
  const { message } = refusal(
    told(422, `Job.batch "j" is invalid: spec.template: Invalid value: ${'x'.repeat(5_000)}: field is immutable`),
  );
  assert.equal(message.length, 2_000);
  assert.match(message, /^Job\.batch "j" is invalid: spec\.template: Invalid value: x+…x+: field is immutable$/);
});

test('a JSON patch that does not fit is told in words that say so', () => {
  const { message } = refusal(told(422, 'the server rejected our request due to an error in our request', {}));
  assert.equal(message, 'the object is not as the patch expects it');
});

test('what a JSON patch would have made of the whole object is not told', () => {
  const object = JSON.stringify(JSON.stringify({ data: { password: 'hunter2' }, dta: {} }));
  const text = ` "" is invalid: patch: Invalid value: ${object}: strict decoding error: unknown field "dta"`;
  const { message } = refusal(told(422, text, { causes: [cause('patch', text.slice(text.indexOf('Invalid value')))] }));
  assert.equal(message, ' "" is invalid: patch: Invalid value: "…": strict decoding error: unknown field "dta"');
});

test('a wait that the server asks for is kept, in milliseconds', () => {
  assert.equal(refusal(reply(429, {}, { 'retry-after': '3' })).retryAfter, 3_000);
  assert.equal(refusal(told(500, 'try again', { retryAfterSeconds: 2 })).retryAfter, 2_000);
  assert.equal(refusal(reply(429, {}, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })).retryAfter, undefined);
});

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'shop' },
  data: { password: Buffer.from('correct horse').toString('base64'), number: 12345678 },
  stringData: { key: 'line one\nline "two"' },
};
const leaks: readonly (readonly [title: string, message: string, sent: Json])[] = [
  ['a value as it was sent', `illegal: ${secret.data.password}`, secret],
  ['a value in clear', 'denied the request: correct horse is too weak', secret],
  ['a value with escapes', 'bad "line one\\nline \\"two\\""', secret],
  ['a number', '.data.number: expected string, got &value.valueUnstructured{Value:12345678}', secret],
  ['a whole object', '.data: expected map, got &{topsecret value}', { ...secret, data: 'topsecret value' }],
  [
    'a quoted value of a message that is not about what was sent',
    'Secret "db" is invalid: data[x]: Invalid value: "topsecret \\" value": no',
    { ...secret, data: {} },
  ],
];
for (const [title, message, sent] of leaks) {
  test(`of a Secret nothing is told: ${title}`, () => {
    const error = refusal(told(422, message), { sent: sent as typeof secret });
    assert.doesNotMatch(error.message, /correct horse|Y29ycmVjd|line one|line|12345678|topsecret/);
    assert.match(error.message, /…/);
  });
}

test('of a Secret that was not sent nothing quoted is told', () => {
  const { message } = refusal(told(422, 'Secret "db" is invalid: data[x]: Invalid value: "hunter2": no'), { kind: 'Secret' });
  assert.equal(message, 'Secret "db" is invalid: data[x]: Invalid value: "…": no');
});

test('values of other kinds are told, since they help', () => {
  const text = 'Deployment.apps "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0';
  assert.equal(refusal(told(422, text), { kind: 'Deployment' }).message, text);
});

test('what kubectl applied last is never told, whatever the kind', () => {
  const { message } = refusal(told(500, `failed to decode last applied obj: bad in '{"data":{"a":"hunter2"}}'`), { kind: 'ConfigMap' });
  assert.doesNotMatch(message, /hunter2/);
});
