import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeclared } from '../../src/codec/declared.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';

const url = 'https://git.example.com/shop.git';

function objectOf(spec: JsonObject, metadata: Partial<LiveObject['metadata']> = {}, status?: JsonObject): LiveObject {
  return {
    apiVersion: 'lockstep.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'prod', namespace: 'shop', uid: 'u1', resourceVersion: '7', generation: 3, ...metadata },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}

const specOf = (spec: JsonObject, metadata?: Partial<LiveObject['metadata']>) => readDeclared(objectOf(spec, metadata)).spec;

test('what an Environment leaves open is as usual', () => {
  assert.deepEqual(readDeclared(objectOf({ source: { url } })), {
    name: 'prod',
    namespace: 'shop',
    uid: 'u1',
    generation: 3,
    deleting: false,
    finalizers: [],
    spec: {
      source: { url, branch: undefined, secretName: undefined, interval: 15_000, signersName: undefined },
      report: undefined,
      serviceAccountName: 'lockstep-prod',
      mode: 'sync',
      onDelete: 'keep',
      suspend: undefined,
      dependsOn: [],
    },
    status: {},
    conditions: [],
  });
});

test('a URL that no agent follows is the problem of its spec, without its credentials', () => {
  const problems = {
    'http://git.example.com/shop.git':
      '`spec.source.url` is `http://git.example.com/shop.git`, and whoever is in between could change what is applied: use https or ssh',
    'https://ghp_hunter2@github.com/acme/shop.git':
      '`spec.source.url` is `https://github.com/acme/shop.git`, with credentials in it: they stand in the Secret that `spec.source.secretName` names',
    'ssh://git@-oX/shop.git':
      '`spec.source.url` is `ssh://-oX/shop.git`: expected `https://host/path`, `ssh://user@host/path` or `user@host:path`',
    '/srv/shop.git': '`spec.source.url` is `/srv/shop.git`: expected `https://host/path`, `ssh://user@host/path` or `user@host:path`',
  };
  for (const [wrong, problem] of Object.entries(problems)) assert.deepEqual(specOf({ source: { url: wrong } }), { problem });
});

test('all that an Environment says is read', () => {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Synced',
    message: '3 objects are Current',
    lastTransitionTime: '2026-11-29T12:00:00Z',
    observedGeneration: 3,
  };
  const read = readDeclared(
    objectOf(
      {
        source: { url, branch: 'environments/fleet', secretName: 'git', interval: '1m30s', signers: { configMapName: 'signers' } },
        report: { forge: 'gitea', url: 'https://git.example.com/gitea', secretName: 'forge' },
        serviceAccountName: 'lockstep-prod.deployer',
        mode: 'plan',
        onDelete: 'prune',
        suspend: { reason: 'incident 4711', by: 'ada', until: '2026-12-01T00:00:00Z' },
        dependsOn: [{ name: 'base' }, { name: 'mesh', namespace: 'platform' }],
      },
      { deletionTimestamp: '2026-11-29T12:00:00Z', finalizers: ['lockstep.dev/dissolve'] },
      { conditions: [condition], objects: 3 },
    ),
  );
  assert.deepEqual(read.spec, {
    source: { url, branch: 'environments/fleet', secretName: 'git', interval: 90_000, signersName: 'signers' },
    report: { forge: 'gitea', url: 'https://git.example.com/gitea', secretName: 'forge' },
    serviceAccountName: 'lockstep-prod.deployer',
    mode: 'plan',
    onDelete: 'prune',
    suspend: { reason: 'incident 4711', by: 'ada', until: '2026-12-01T00:00:00Z' },
    dependsOn: [
      { namespace: 'shop', name: 'base' },
      { namespace: 'platform', name: 'mesh' },
    ],
  });
  assert.equal(read.deleting, true);
  assert.deepEqual(read.finalizers, ['lockstep.dev/dissolve']);
  assert.deepEqual(read.conditions, [condition]);
  assert.deepEqual(read.status, { conditions: [condition], objects: 3 });
});

test('what cannot be meant is told with the field and the value', () => {
  const cases: readonly (readonly [JsonObject, RegExp])[] = [
    [{}, /`spec\.source\.url` is missing/],
    [{ source: { url: '' } }, /`spec\.source\.url` is missing/],
    [{ source: { url, branch: '' } }, /`spec\.source\.branch` is "": expected a branch that environments share/],
    [{ source: { url, branch: 7 } }, /`spec\.source\.branch` is 7/],
    [{ source: { url, branch: '--upload-pack=x' } }, /`spec\.source\.branch` is "--upload-pack=x"/],
    [{ source: { url, branch: 'environments/prod-next' } }, /`spec\.source\.branch` is "environments\/prod-next"/],
    [{ source: { url, interval: '10ms' } }, /`spec\.source\.interval` is "10ms": expected 1s at least/],
    [{ source: { url, interval: 'soon' } }, /`spec\.source\.interval` is "soon"/],
    [{ source: { url, interval: 15 } }, /`spec\.source\.interval` is 15/],
    [{ source: { url }, onDelete: 'shred' }, /`spec\.onDelete` is "shred"/],
    [{ source: { url }, mode: 'look' }, /`spec\.mode` is "look"/],
    [{ source: { url }, report: {} }, /`spec\.report\.forge` is undefined: expected one of github, gitlab, gitea/],
    [{ source: { url }, report: { forge: 'forgejo', secretName: 'forge' } }, /`spec\.report\.forge` is "forgejo"/],
    [{ source: { url }, report: { forge: 'gitea' } }, /`spec\.report\.secretName` is missing/],
    ...[
      'http://git.example.com',
      'https://robot:hunter2@git.example.com',
      'https://git.example.com/?token=hunter2',
      'git.example.com',
      7,
    ].map(
      (wrong) =>
        [
          { source: { url }, report: { forge: 'gitea', secretName: 'forge', url: wrong } },
          /^`spec\.report\.url` is `(?!.*hunter2)/,
        ] as const,
    ),
    [{ source: { url }, suspend: { reason: 'x', until: 'tomorrow' } }, /`spec\.suspend\.until` is "tomorrow"/],
  ];
  for (const [spec, message] of cases) {
    const read = specOf(spec);
    assert.match('problem' in read ? read.problem : 'no problem', message);
  }
  const named = specOf({ source: { url } }, { name: 'prod.eu' });
  assert.match('problem' in named ? named.problem : 'no problem', /`metadata\.name` is "prod\.eu"/);
});

test('an Environment is acted for as a ServiceAccount of its own, and as that of no other one', () => {
  const told = (serviceAccountName: string): string | undefined => {
    const read = specOf({ source: { url }, serviceAccountName });
    return 'problem' in read ? read.problem : undefined;
  };
  assert.deepEqual(['lockstep-prod', 'lockstep-prod.deployer'].map(told), [undefined, undefined]);
  assert.equal(
    told('lockstep-dev'),
    '`spec.serviceAccountName` is "lockstep-dev": expected `lockstep-prod`, or a name that begins with `lockstep-prod.`',
  );
  // `lockstep-prod-eu` is that of the environment `prod-eu`.
  for (const other of ['lockstep', 'default', 'lockstep-prod-eu', 'lockstep-prodeu', '']) assert.notEqual(told(other), undefined, other);
});

test('whoever suspends without a reason suspends all the same', () => {
  const read = specOf({ source: { url }, suspend: {} });
  assert.equal('suspend' in read && read.suspend?.reason, 'no reason is given');
});

test('the Secret of the source tells the forge, too, where no other one is named', () => {
  const read = specOf({ source: { url, secretName: 'git' }, report: { forge: 'github' } });
  assert.deepEqual('report' in read && read.report, { forge: 'github', url: undefined, secretName: 'git' });
});

test('who says that somebody has to sign, and not who, is told, rather than believed to mean anybody', () => {
  for (const signers of [{}, { configMapName: '' }, { secretName: 'signers' }, 'signers', []]) {
    const read = specOf({ source: { url, signers } });
    assert.match('problem' in read ? read.problem : 'no problem', /`spec\.source\.signers\.configMapName` is missing/);
  }
});
