import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, type JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { appliedEntry, type FieldPath, fieldsOf } from '../../src/reconcile/fields.ts';
import { ignoredFields, isIgnored, withoutIgnored } from '../../src/reconcile/ignored.ts';
import { applied, keyed, manager, ours, storefront } from './owners.ts';

const live = storefront([applied(ours)]);
const container = ['f:spec', 'f:template', 'f:spec', 'f:containers', keyed({ name: 'web' })];
const paths = (ignore: readonly string[]): readonly string[] =>
  ignoredFields(fieldsOf(appliedEntry(live, manager)), live, ignore).map((path) => path.slice(container.length).join(' '));

test('a field is left to others by its pointer, and so is what is in it', () => {
  const path: FieldPath = [...container, 'f:resources', 'f:requests', 'f:cpu'];
  for (const pointer of ['/spec/template/spec/containers/0/resources/requests/cpu', '/spec/template/spec/containers/0/resources', '/spec'])
    assert.equal(isIgnored(path, live, [pointer]), true, pointer);
  for (const pointer of [
    '/spec/template/spec/containers/0/resources/requests/cpu/x',
    '/spec/template/spec/containers/0/resources/requests/cpu/',
    '/spec/template/spec/containers/0/res',
    '/spec/template/spec/containers/1/resources',
    '/metadata',
  ])
    assert.equal(isIgnored(path, live, [pointer]), false, pointer);
});

test('an item of a list is named by its index or its name, also one in the other', () => {
  const path: FieldPath = [...container, 'f:env', keyed({ name: 'MODE' }), 'f:value'];
  for (const pointer of ['0/env/0/value', 'web/env/MODE/value', 'web/env/0/value', '0/env/MODE'])
    assert.equal(isIgnored(path, live, [`/spec/template/spec/containers/${pointer}`]), true, pointer);
  for (const pointer of ['side/env/MODE/value', 'web/env/OTHER/value', 'web/env/1/value'])
    assert.equal(isIgnored(path, live, [`/spec/template/spec/containers/${pointer}`]), false, pointer);
});

test('in the name of a field, a slash and a tilde are escaped', () => {
  const annotated = storefront([], { metadata: { annotations: { 'example.com/a~1b': 'x' } } });
  const path = ['f:metadata', 'f:annotations', 'f:example.com/a~1b'];
  assert.equal(isIgnored(path, annotated, ['/metadata/annotations/example.com~1a~01b']), true);
  assert.equal(isIgnored(path, annotated, ['/metadata/annotations/example.com/a~1b']), false);
});

test('a field that is not there is left to nobody', () => {
  assert.equal(isIgnored(['f:spec', 'f:paused'], live, ['/spec/paused']), false);
  assert.equal(isIgnored(['f:spec', 'f:replicas'], live, []), false);
});

test('of an entry, the fields below a pointer are left to others', () => {
  assert.deepEqual(paths(['/spec/template/spec/containers/web/resources', '/spec/template/spec/containers/web/env/MODE']), [
    `f:env ${keyed({ name: 'MODE' })}`,
    `f:env ${keyed({ name: 'MODE' })} f:name`,
    `f:env ${keyed({ name: 'MODE' })} f:value`,
    'f:resources f:requests f:cpu',
    'f:resources f:requests f:memory',
  ]);
  assert.deepEqual(paths(['/spec/replicas']), []);
  assert.deepEqual(paths([]), []);
});

const manifest: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'storefront', annotations: { 'example.com/note': 'x', other: 'y' } },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'web', image: 'a', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }, { name: 'C' }] },
          { name: 'side', image: 'b' },
        ],
      },
    },
  },
};
const containersWithout = (...ignore: readonly string[]) =>
  at(
    withoutIgnored(
      manifest,
      ignore.map((pointer) => `/spec/template/spec/containers/${pointer}`),
    ),
    'spec',
    'template',
    'spec',
    'containers',
  );

test('a manifest is applied without what is left to others, and with all the rest', () => {
  const { replicas: _, ...spec } = manifest['spec'] as JsonObject;
  assert.deepEqual(withoutIgnored(manifest, ['/spec/replicas', '/metadata/annotations/example.com~1note', '/spec/paused']), {
    ...manifest,
    metadata: { name: 'storefront', annotations: { other: 'y' } },
    spec,
  });
  assert.equal(withoutIgnored(manifest, []), manifest);
});

test('in lists, items and their fields are left out by index and by name', () => {
  const env = { name: 'A', value: '1' };
  assert.deepEqual(containersWithout('web/env/B', 'web/env/2', '1/image'), [{ name: 'web', image: 'a', env: [env] }, { name: 'side' }]);
  assert.deepEqual(containersWithout('web/env/1/value', '0/image'), [
    { name: 'web', env: [env, { name: 'B' }, { name: 'C' }] },
    { name: 'side', image: 'b' },
  ]);
  assert.deepEqual(containersWithout('other', '2', '-', '0/image/x', '0/env/x'), containersWithout());
});

test('indexes are those of the manifest, however many items go', () => {
  assert.deepEqual(containersWithout('0/env/0', '0/env/1', 'side'), [{ name: 'web', image: 'a', env: [{ name: 'C' }] }]);
});

test('what a pointer takes out of a manifest is what it leaves to others in an object like it', () => {
  for (const ignored of ['web/resources/requests', '0/env/0/value', 'web/env/MODE', '0', 'web/ports/0', 'web/args']) {
    const pointer = `/spec/template/spec/containers/${ignored}`;
    const rest = withoutIgnored(live, [pointer]);
    const gone = [...fieldsOf(applied(ours)).values()].filter((path) => isIgnored(path, live, [pointer]));
    assert.ok(gone.length > 0, pointer);
    assert.notDeepEqual(rest, live, pointer);
    assert.deepEqual(ignoredFields(fieldsOf(applied(ours)), rest, [pointer]), [], pointer);
  }
});
