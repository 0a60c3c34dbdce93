import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readIndex, writeIndex } from '../../src/codec/index-file.ts';
import { compareText } from '../../src/model/ref.ts';
import { type IndexedObject, type RenderedIndex, usualRules } from '../../src/model/rendered.ts';
import { adoptions, fieldPointers, handOvers, objectRules, sliceNames } from './arbitraries.ts';

const sha256 = '0a'.repeat(32);

const namespace: IndexedObject = {
  path: 'shop/namespace.core._cluster.shop.yaml',
  ref: { group: '', kind: 'Namespace', namespace: '', name: 'shop' },
  apiVersion: 'v1',
  sha256,
  construct: 'shop/namespace',
  wave: 0,
  dependsOn: [],
  slice: '',
  rules: usualRules,
};

const deployment: IndexedObject = {
  path: 'shop/deployment.apps.shop.web.yaml',
  ref: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
  apiVersion: 'apps/v1',
  sha256,
  construct: 'shop/web',
  wave: 1,
  dependsOn: ['shop/namespace.core._cluster.shop.yaml'],
  slice: '',
  rules: usualRules,
};

const index: RenderedIndex = {
  environment: 'prod',
  cluster: 'eu-1',
  kubernetes: '1.35',
  objects: [deployment, namespace],
  access: [
    { namespace: '', groups: [''], resources: ['namespaces'], verbs: ['get', 'patch'], names: ['shop'] },
    { namespace: 'shop', groups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'patch', 'watch'] },
  ],
  approvals: [{ ref: { group: '', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'old' }, reason: 'moved to the new volume' }],
  adopt: [],
  handOver: [],
  health: [],
  syncWindows: [],
  onFailure: 'stay',
  preflight: 'all',
  removed: undefined,
};

const written = `{
  "format": "1.1",
  "environment": "prod",
  "cluster": "eu-1",
  "kubernetes": "1.35",
  "objects": [
    {"path":"shop/deployment.apps.shop.web.yaml","apiVersion":"apps/v1","kind":"Deployment","namespace":"shop","name":"web","sha256":"${sha256}","construct":"shop/web","wave":1,"dependsOn":["shop/namespace.core._cluster.shop.yaml"]},
    {"path":"shop/namespace.core._cluster.shop.yaml","apiVersion":"v1","kind":"Namespace","name":"shop","sha256":"${sha256}","construct":"shop/namespace","wave":0}
  ],
  "access": [
    {"namespace":"","groups":[""],"resources":["namespaces"],"verbs":["get","patch"],"names":["shop"]},
    {"namespace":"shop","groups":["apps"],"resources":["deployments"],"verbs":["get","list","patch","watch"]}
  ],
  "approvals": [
    {"group":"","kind":"PersistentVolumeClaim","namespace":"shop","name":"old","reason":"moved to the new volume"}
  ]
}
`;

test('stands with one entry to a line, and is read as it was', () => {
  assert.equal(writeIndex(index), written);
  assert.deepEqual(readIndex(written), { ok: true, value: index });
});

/** The index with everything that is seldom there. */
const special: RenderedIndex = {
  ...index,
  objects: [
    {
      ...deployment,
      slice: 'team-shop',
      rules: {
        ignore: ['/metadata/labels/a~1b', '/spec/replicas'],
        replace: true,
        keep: true,
        ownership: 'shared',
        deadline: 900,
        when: 'failure',
      },
    },
    { ...namespace, rules: { ...usualRules, ownership: 'strict' } },
  ],
  onFailure: 'return',
  adopt: [
    { object: 'all', reason: 'all of it came with Helm' },
    { object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }, reason: 'made by hand' },
  ],
  handOver: [{ ref: { group: '', kind: 'Service', namespace: 'shop', name: 'web' }, to: 'edge' }],
  syncWindows: [
    { type: 'allow', from: '22:00', to: '04:00', timeZone: 'Europe/Berlin', days: ['Mon', 'Tue'], reason: undefined },
    { type: 'deny', from: '2027-12-23', to: '2028-01-02', timeZone: 'UTC', days: undefined, reason: 'holidays' },
  ],
  health: [
    {
      group: 'example.com',
      kind: 'Database',
      current: "status.phase == 'Running'",
      failed: "status.phase == 'Lost'",
      inProgress: 'status.moving',
      message: 'status.message',
    },
    { group: 'example.com', kind: 'Queue', current: 'has(status.url)', failed: undefined, inProgress: undefined, message: undefined },
  ],
};

const specialWritten = written
  .replace(
    '"wave":1,"dependsOn":["shop/namespace.core._cluster.shop.yaml"]}',
    '"wave":1,"dependsOn":["shop/namespace.core._cluster.shop.yaml"],"slice":"team-shop","ignore":["/metadata/labels/a~1b","/spec/replicas"],"replace":"onImmutableChange","keep":true,"ownership":"shared","deadline":900,"when":"failure"}',
  )
  .replace('"wave":0}', '"wave":0,"ownership":"strict"}')
  .replace('"format": "1.1",', '"format": "1.1",\n  "requires": ["failureHooks","health","onFailure","syncWindows"],')
  .replace('"kubernetes": "1.35",', '"kubernetes": "1.35",\n  "onFailure": "return",')
  .replace(
    /\]\n\}\n$/,
    `],
  "adopt": [
    {"all":true,"reason":"all of it came with Helm"},
    {"group":"apps","kind":"Deployment","namespace":"shop","name":"web","reason":"made by hand"}
  ],
  "handOver": [
    {"group":"","kind":"Service","namespace":"shop","name":"web","to":"edge"}
  ],
  "syncWindows": [
    {"type":"allow","days":["Mon","Tue"],"from":"22:00","to":"04:00","timeZone":"Europe/Berlin"},
    {"type":"deny","from":"2027-12-23","to":"2028-01-02","timeZone":"UTC","reason":"holidays"}
  ],
  "health": [
    {"group":"example.com","kind":"Database","failed":"status.phase == 'Lost'","inProgress":"status.moving","current":"status.phase == 'Running'","message":"status.message"},
    {"group":"example.com","kind":"Queue","current":"has(status.url)"}
  ]
}
`,
  );

test('what is not as usual stands beside the object it is about, and in lists of its own', () => {
  assert.equal(writeIndex(special), specialWritten);
  assert.deepEqual(readIndex(specialWritten), { ok: true, value: special });
});

test('an index of an environment that is no more says so, and has no objects', () => {
  for (const removed of ['keep', 'prune'] as const) {
    const dissolved: RenderedIndex = { ...index, objects: [], removed };
    assert.match(writeIndex(dissolved), new RegExp(`"kubernetes": "1.35",\n  "removed": "${removed}",\n  "objects": \\[\\],`));
    assert.deepEqual(readIndex(writeIndex(dissolved)), { ok: true, value: dissolved });
    assert.deepEqual(readIndex(writeIndex({ ...index, removed })), {
      ok: false,
      message: '`objects` is not empty, although the environment is removed',
    });
  }
});

test('an index of the first minor version is read: everything is as usual', () => {
  assert.deepEqual(readIndex(written.replace('"1.1"', '"1.0"')), { ok: true, value: index });
});

test('equal content gives equal bytes in whatever order it comes', () => {
  const shuffled = { ...index, objects: index.objects.toReversed(), access: index.access.toReversed() };
  assert.equal(writeIndex(shuffled), written);
  const [first, ...others] = special.objects;
  assert.ok(first !== undefined);
  const ignore = first.rules.ignore.toReversed();
  const objects = [...others, { ...first, rules: { ...first.rules, ignore } }];
  assert.equal(writeIndex({ ...special, objects, adopt: special.adopt.toReversed() }), specialWritten);
});

test('an object more is a line more', () => {
  const more = writeIndex({ ...index, objects: [...index.objects, { ...namespace, path: 'shop/x.yaml' }] });
  const lines = new Set(written.split('\n').map((line) => line.replace(/,$/, '')));
  assert.equal(more.split('\n').filter((line) => !lines.has(line.replace(/,$/, ''))).length, 1);
});

test('an empty index is written and read', () => {
  const empty: RenderedIndex = { ...index, objects: [], access: [], approvals: [] };
  assert.deepEqual(readIndex(writeIndex(empty)), { ok: true, value: empty });
});

test('what a newer minor version adds is ignored', () => {
  const newer = written.replace('"format": "1.1"', '"format": "1.12",\n  "owners": {}').replace('"wave":0', '"wave":0,"health":"x"');
  assert.deepEqual(readIndex(newer), { ok: true, value: index });
});

test('what an index requires and nobody here knows is refused before anything else of it is looked at', () => {
  const requiring = (requires: string) => readIndex(written.replace('"environment": "prod"', `"requires": ${requires}, "environment": {}`));
  assert.deepEqual(requiring('["canary","syncWindows","mirror"]'), {
    ok: false,
    message: 'it requires `canary`, `mirror`, which this version of lockstep does not know: upgrade the agent',
    isNewer: true,
  });
  const many = requiring(JSON.stringify(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'a']));
  assert.match(many.ok ? '' : many.message, /^it requires `a`, `b`, `c`, `d`, `e` and 2 more, which /);
  for (const name of ['toString', '__proto__', 'constructor']) {
    const read = requiring(JSON.stringify([name]));
    assert.equal(read.ok ? undefined : read.isNewer, name.startsWith('_') ? undefined : true, name);
  }
});

test('an index that requires what is known here, or nothing, is read', () => {
  for (const requires of ['[]', '["syncWindows"]', '["health","syncWindows"]'])
    assert.deepEqual(readIndex(written.replace('"environment"', `"requires": ${requires}, "environment"`)), { ok: true, value: index });
  // As versions wrote it that knew of no requirements.
  assert.deepEqual(readIndex(specialWritten.replace(/ {2}"requires": .*\n/, '')), { ok: true, value: special });
});

test('`requires` is a list of names', () => {
  for (const requires of ['{}', '"canary"', '[1]', '[""]', '["a b"]', '["\\u001b"]', JSON.stringify(Array(101).fill('syncWindows'))])
    assert.deepEqual(
      readIndex(written.replace('"environment"', `"requires": ${requires}, "environment"`)),
      { ok: false, message: '`requires` is not a list of at most 100 names' },
      requires,
    );
});

test('an index of a newer format is one for a newer version', () => {
  const message = 'it has format 2, and this version of lockstep reads format 1: upgrade the agent';
  assert.deepEqual(readIndex(written.replace('"1.1"', '"2.0"')), { ok: false, message, isNewer: true });
});

const formats: readonly (readonly [string, string])[] = [
  ['"0.9"', 'it has format 0, and this version of lockstep reads format 1: publish the environment again with this version of lockstep'],
  ['"1"', 'it does not say its format'],
  ['1.0', 'it does not say its format'],
  ['"1.0-x"', 'it does not say its format'],
];

for (const [format, message] of formats) {
  test(`the format ${format} is refused`, () => assert.deepEqual(readIndex(written.replace('"1.1"', format)), { ok: false, message }));
}

/** The index with one of its texts replaced. */
const spoilt: readonly (readonly [string, string, string])[] = [
  ['"kubernetes": "1.35"', '"kubernetes": "1.35", "onFailure": "revert"', '`onFailure` is not `stay` or `return`'],
  ['"environment": "prod"', '"environment": ""', '`environment` is not a name without a slash'],
  ['"cluster": "eu-1"', '"cluster": null', '`cluster` is not text'],
  ['"1.35"', '"latest"', '`kubernetes` is not a minor version, such as `1.35`'],
  ['"objects": [', '"object": [', '`objects` is not a list'],
  ['"access": [', '"access": [3,', '`access[0]` is not an object'],
  ['"verbs":["get","patch"]', '"verbs":["get",1]', '`access[0].verbs` is not a list of texts'],
  ['"names":["shop"]', '"names":"shop"', '`access[0].names` is not a list of texts'],
  ['"reason":"moved to the new volume"', '"reason":1', '`approvals[0].reason` is not text'],
  ['"kind":"PersistentVolumeClaim"', '"kind":"a/b"', '`approvals[0].kind` is not a name without a slash'],
  ['"apiVersion":"apps/v1"', '"apiVersion":"a/b/c"', '`objects[0].apiVersion` is not a version with or without a group, such as `apps/v1`'],
  ['"kind":"Namespace"', '"kind":7', '`objects[1].kind` is not a name without a slash'],
  ['"namespace":"shop","name":"web"', '"namespace":"","name":"web"', '`objects[0].namespace` is not a name without a slash'],
  ['"name":"web"', '"name":"../web"', '`objects[0].name` is not a name without a slash'],
  [sha256, sha256.toUpperCase(), '`objects[0].sha256` is not 64 hexadecimal digits in lower case'],
  ['"construct":"shop/web",', '', '`objects[0].construct` is not text'],
  ['"wave":1', '"wave":-1', '`objects[0].wave` is not a whole number from 0'],
  ['"wave":1', '"wave":1.5', '`objects[0].wave` is not a whole number from 0'],
  ['"wave":1', '"wave":9007199254740992', '`objects[0].wave` is not a whole number from 0'],
  [
    '"dependsOn":["',
    '"dependsOn":["x',
    '`shop/deployment.apps.shop.web.yaml` depends on `xshop/namespace.core._cluster.shop.yaml`, which is not among the objects',
  ],
  ['"dependsOn":[', '"dependsOn":[{},', '`objects[0].dependsOn` is not a list of texts'],
  [
    'shop/deployment.apps.shop.web.yaml',
    'shop/namespace.core._cluster.shop.yaml',
    'two objects have the path `shop/namespace.core._cluster.shop.yaml`',
  ],
];

/** The same, of what is seldom there. */
const spoiltSpecial: readonly (readonly [string, string, string])[] = [
  ['"slice":"team-shop"', '"slice":""', '`objects[0].slice` is not a slice, such as `team-shop`'],
  ['"ignore":["', '"ignore":["spec', '`objects[0].ignore` is not a list of JSON pointers, such as `/spec/replicas`'],
  ['"ignore":["/metadata/labels/a~1b"', '"ignore":[""', '`objects[0].ignore` is not a list of JSON pointers, such as `/spec/replicas`'],
  [
    '"ignore":["/metadata/labels/a~1b"',
    '"ignore":["/a~2b"',
    '`objects[0].ignore` is not a list of JSON pointers, such as `/spec/replicas`',
  ],
  ['"ignore":[', '"ignore":[1,', '`objects[0].ignore` is not a list of JSON pointers, such as `/spec/replicas`'],
  ['"replace":"onImmutableChange"', '"replace":true', '`objects[0].replace` is not `onImmutableChange`'],
  ['"keep":true', '"keep":false', '`objects[0].keep` is not `true`'],
  ['"ownership":"shared"', '"ownership":"loose"', '`objects[0].ownership` is not `strict` or `shared`'],
  ['"deadline":900', '"deadline":0', '`objects[0].deadline` is not a whole number from 1'],
  ['"deadline":900', '"deadline":"900"', '`objects[0].deadline` is not a whole number from 1'],
  ['"when":"failure"', '"when":"never"', '`objects[0].when` is not `failure`'],
  ['"adopt": [', '"adopt": {}, "x": [', '`adopt` is not a list'],
  ['"all":true', '"all":"yes"', '`adopt[0].all` is not `true`'],
  ['"all":true,', '', '`adopt[0].group` is not a name without a slash, or empty'],
  ['"name":"web","reason"', '"reason"', '`adopt[1].name` is not a name without a slash'],
  ['"to":"edge"', '"to":"a/b"', '`handOver[0].to` is not a name without a slash'],
  ['"type":"allow"', '"type":"maybe"', '`syncWindows[0].type` is not `allow` or `deny`'],
  ['"type":"allow",', '', '`syncWindows[0].type` is not `allow` or `deny`'],
  ['"days":["Mon","Tue"]', '"days":["Monday"]', '`syncWindows[0].days` is not a list of days, such as `Mon`'],
  ['"reason":"holidays"', '"reason":"a\\u001bb"', '`syncWindows[1].reason` is not a line of at most 200 characters'],
  ['"from":"22:00"', '"from":"22"', '`syncWindows[0].to` is not a time of day or a day that fits `from`'],
  ['"to":"2028-01-02"', '"to":"2026-01-02"', '`syncWindows[1].to` is not a time of day or a day that fits `from`'],
  ['"timeZone":"UTC"', '"timeZone":"Middle/Earth"', '`syncWindows[1].timeZone` is not a time zone that this agent knows'],
  ['"health": [', '"health": {}, "x": [', '`health` is not a list'],
  ['"current":"has(status.url)"', '"x":""', '`health[1].current` is not an expression of at most 2048 characters'],
  ['"has(status.url)"', `"${'x'.repeat(2_049)}"`, '`health[1].current` is not an expression of at most 2048 characters'],
  ['"inProgress":"status.moving"', '"inProgress":true', '`health[0].inProgress` is not an expression of at most 2048 characters'],
  ['"kind":"Queue"', '"kind":"Database"', '`health` has two entries for `Database.example.com`'],
  [
    '"group":"example.com","kind":"Queue"',
    '"group":"","kind":"Secret"',
    '`health` has an entry for `Secret`, whose content nothing may tell',
  ],
  ['"kubernetes": "1.35"', '"kubernetes": "1.35", "removed": true', '`removed` is not `keep` or `prune`'],
];

const allSpoilt = [
  ...spoilt.map((change) => ({ text: written, change })),
  ...spoiltSpecial.map((change) => ({ text: specialWritten, change })),
];

for (const {
  text,
  change: [from, to, message],
} of allSpoilt) {
  test(`says: ${message}${/whole|pointer/.test(message) ? ` (${to})` : ''}`, () => {
    assert.ok(text.includes(from));
    assert.deepEqual(readIndex(text.replace(from, to)), { ok: false, message });
  });
}

test('a slice is a part of a branch’s name', () => {
  const read = (slice: string) => readIndex(writeIndex({ ...index, objects: [{ ...namespace, slice }] })).ok;
  const good = ['team-shop', '@acme/shop', 'a', 'A.b_c', 'x@example.com', 'x'.repeat(63), 'teams/a/b'];
  const bad = [
    ' ',
    'a b',
    '/a',
    'a/',
    'a//b',
    '..',
    'a..b',
    'a/../b',
    '.a',
    'a/.b',
    'a.',
    '-a',
    'a.lock',
    'a.lock/b',
    'x'.repeat(64),
    'é',
    'a\n',
  ];
  assert.deepEqual(
    good.filter((slice) => !read(slice)),
    [],
  );
  assert.deepEqual(bad.filter(read), []);
});

const badPaths = [
  '',
  '.yaml',
  '/a.yaml',
  '../a.yaml',
  'a/../b.yaml',
  'a/./b.yaml',
  './a.yaml',
  'a//b.yaml',
  'a\\b.yaml',
  'a\0.yaml',
  'a\n.yaml',
  'a.yml',
  'a.yaml/',
  'a/.yaml',
  'a.yaml\n',
];

test('refuses paths that lead elsewhere or are no manifests', () => {
  const read = (path: string) => readIndex(writeIndex({ ...index, objects: [{ ...namespace, path }] }));
  assert.deepEqual(
    badPaths.filter((path) => read(path).ok),
    [],
  );
  const good = ['a.yaml', 'a/b.yaml', '.a/..b/c.yaml', 'a b/é.yaml'];
  assert.deepEqual(
    good.filter((path) => !read(path).ok),
    [],
  );
});

test('refuses more objects than an environment can have', () => {
  const text = written.replace('"objects": [', `"objects": [${'1,'.repeat(100_000)}`);
  assert.deepEqual(readIndex(text), { ok: false, message: '`objects` is not a list of 100000 entries at most' });
});

test('refuses what is no JSON object', () => {
  for (const text of ['', 'null', '[]', '"1.0"', '{"format": "1.0"', written.slice(0, -3)]) {
    assert.deepEqual(readIndex(text), { ok: false, message: 'it is not a JSON object' });
  }
});

test('any index is read as it was written', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
  const object = fc.record({
    name,
    namespace: fc.oneof(fc.constant(''), name),
    construct: fc.string(),
    wave: fc.maxSafeNat(),
    slice: fc.oneof(fc.constant(''), sliceNames),
    rules: objectRules,
  });
  const objects = fc.uniqueArray(object, { selector: (each) => each.name, maxLength: 20 }).map((some): readonly IndexedObject[] => {
    const sorted = some.sort((a, b) => compareText(`${a.name}/`, `${b.name}/`));
    return sorted.map(({ name: own, namespace: scope, ...rest }, i) => ({
      ...rest,
      path: `${own}/x.yaml`,
      ref: { group: 'example.com', kind: 'Thing', namespace: scope, name: own },
      apiVersion: 'example.com/v1',
      sha256,
      dependsOn: sorted.slice(0, i).map((before) => `${before.name}/x.yaml`),
    }));
  });
  const indexes = fc
    .record({ objects, adopt: fc.array(adoptions, { maxLength: 4 }), handOver: fc.array(handOvers, { maxLength: 4 }) })
    .map((some): RenderedIndex => ({ ...index, ...some }));
  fc.assert(
    fc.property(indexes, (some) => {
      const read = readIndex(writeIndex(some));
      assert.ok(read.ok);
      assert.deepEqual(read.value.objects, some.objects);
      assert.deepEqual(new Set(read.value.adopt), new Set(some.adopt));
      assert.deepEqual(new Set(read.value.handOver), new Set(some.handOver));
      assert.equal(writeIndex(read.value), writeIndex(some));
    }),
  );
});

test('any list of JSON pointers can be left to others', () => {
  fc.assert(
    fc.property(fc.array(fieldPointers, { maxLength: 4 }), (ignore) => {
      const read = readIndex(writeIndex({ ...index, objects: [{ ...namespace, rules: { ...usualRules, ignore } }] }));
      assert.deepEqual(read.ok && read.value.objects[0]?.rules.ignore, ignore.toSorted(compareText));
    }),
  );
});

test('never throws', () => {
  fc.assert(
    fc.property(fc.json(), (text) => assert.equal(readIndex(`{"format": "1.0", "objects": [${text}], "access": ${text}}`).ok, false)),
  );
});
