import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defineBase, defineEnvironment } from '../../src/authoring/environment.ts';
import { externalEntry, resolveExternal } from '../../src/compile/external.ts';

const secret = { kind: 'Secret', namespace: 'shop', name: 'database' };

function resolved(given: unknown, inherited: unknown = undefined) {
  const base = defineBase({ external: inherited } as object);
  const environment = defineEnvironment({ name: 'prod', cluster: 'c', extends: base, external: given } as never);
  return resolveExternal([
    { definition: base, at: { file: 'base.ts' } },
    { definition: environment, at: { file: 'prod.ts' } },
  ]);
}

test('what exists outside adds up over the layers, with its details, and tells where it stands', () => {
  const { value, diagnostics } = resolved(
    [
      { ...secret, keys: ['password', 'user'] },
      { kind: 'Service', namespace: 'shop', name: 'mail', ports: ['smtp', 465] },
      { kind: 'Pod', namespace: 'shop', labels: { app: 'cron' } },
    ],
    [{ kind: 'Namespace', name: 'shop' }],
  );
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(value, [
    { ref: { group: '', kind: 'Namespace', namespace: '', name: 'shop' }, at: { file: 'base.ts', pointer: 'external[0]' }, own: false },
    {
      ref: { group: '', ...secret },
      keys: new Set(['password', 'user']),
      at: { file: 'prod.ts', pointer: 'external[0]' },
      own: true,
    },
    {
      ref: { group: '', kind: 'Service', namespace: 'shop', name: 'mail' },
      ports: new Set(['smtp', '465']),
      at: { file: 'prod.ts', pointer: 'external[1]' },
      own: true,
    },
    {
      ref: { group: '', kind: 'Pod', namespace: 'shop', name: '' },
      labels: new Map([['app', 'cron']]),
      at: { file: 'prod.ts', pointer: 'external[2]' },
      own: true,
    },
  ]);
});

describe('these are no objects that exist outside:', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['text', 'shop/database', '`"shop/database"` is no object that exists outside'],
    ['nothing', null, '`null` is no object that exists outside'],
    ['without a name', { kind: 'Secret', namespace: 'shop' }, 'this names no object that exists outside'],
    ['a number for a name', { ...secret, name: 7 }, 'this names no object that exists outside'],
    ['an unknown field', { ...secret, key: 'password' }, 'what exists outside has no `key`'],
    ['without a namespace', { kind: 'Secret', name: 'database' }, '`Secret/database` stands in a namespace, and the entry names none'],
    ['a namespace too many', { kind: 'Namespace', namespace: 'a', name: 'b' }, '`Namespace/b` has no namespace, and the entry names `a`'],
    ['a kind of anybody', { kind: 'Widget', name: 'a' }, 'it is open which `Widget` the entry means'],
    [
      'keys of a Service',
      { ...secret, kind: 'Service', keys: ['a'] },
      '`Service/database` is told to have `keys`, which only a ConfigMap or a Secret has',
    ],
    ['one key', { ...secret, keys: 'password' }, '`keys` is `"password"`: expected a list of names, such as `[\'password\']`'],
    ['no keys', { ...secret, keys: [] }, "`keys` is `[]`: expected a list of names, such as `['password']`"],
    ['ports of a Secret', { ...secret, ports: [80] }, '`Secret/database` is told to have `ports`, which only a Service has'],
    [
      'half a port',
      { ...secret, kind: 'Service', ports: [1.5] },
      "`ports` is `[1.5]`: expected a list of names and numbers, such as `['http', 443]`",
    ],
    [
      'labels of a Secret',
      { ...secret, labels: { a: 'b' } },
      '`Secret/database` is told to have `labels`, which only something that runs pods has',
    ],
    [
      'labels that are no text',
      { kind: 'Pod', namespace: 'a', labels: { a: 1 } },
      '`labels` is `{"a":1}`: expected the labels of pods, such as `{ app: \'web\' }`',
    ],
  ];
  for (const [name, given, message] of cases) {
    test(name, () => {
      const { value, diagnostics } = resolved([given]);
      assert.deepEqual(value, []);
      assert.deepEqual(
        diagnostics.map((one) => [one.code, one.message, one.at.pointer]),
        [['external-invalid', message, 'external[0]']],
      );
    });
  }
});

test('an entry is printed as it is written, with its group only where the kind does not tell it', () => {
  assert.equal(
    externalEntry({ group: '', ...secret }, { keys: "['password']" }),
    "`external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }]`",
  );
  assert.equal(
    externalEntry({ group: '', kind: 'Namespace', namespace: '', name: "it's" }),
    "`external: [{ kind: 'Namespace', name: 'it\\'s' }]`",
  );
  assert.equal(
    externalEntry({ group: 'example.com', kind: 'Rollout', namespace: 'shop', name: 'web' }),
    "`external: [{ group: 'example.com', kind: 'Rollout', namespace: 'shop', name: 'web' }]`",
  );
});
