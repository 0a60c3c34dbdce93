import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Health } from '../../src/model/health.ts';
import { isObject } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import { healthOf, type KindFacts } from '../../src/reconcile/health/health.ts';

/**
 * Cases are files `test/health/<Kind>/<case>.yaml`. Their first line is the expected health, `# <status>: <message>`; a second
 * one may tell what is known of the kind, `# hasStatus: true`. The rest is the object as the API server holds it.
 */
const folder = 'test/health';

interface Case {
  readonly object: LiveObject;
  readonly facts: KindFacts;
  readonly expected: Health;
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => !entry.isDirectory())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

for (const file of files) {
  test(`${basename(dirname(file))} ${basename(file, '.yaml').replaceAll('-', ' ')}: its health is what the case says`, () => {
    const { object, facts, expected } = readCase(file);
    assert.deepEqual(healthOf(object, facts), expected);
  });
}

test('a long message of the cluster is cut, so that a status cannot grow without end', () => {
  const message = `${'€'.repeat(500)}\nsecond line`;
  const { status, message: told } = healthOf({
    apiVersion: 'example.org/v1',
    kind: 'Cart',
    metadata: { name: 'checkout', uid: 'u1', resourceVersion: '7' },
    status: { conditions: [{ type: 'Ready', status: 'False', message }] },
  });
  assert.equal(status, 'InProgress');
  assert.equal(told, `${'€'.repeat(239)}…`);
});

/** Reads a case; one that is malformed is an error, so that no case passes for nothing. */
function readCase(file: string): Case {
  assert.match(file, /^test\/health\/[A-Za-z]+\/[a-z0-9-]+\.yaml$/, `${file} is no case`);
  const text = readFileSync(file, 'utf8');
  const [first = '', second = ''] = text.split('\n');
  const header = /^# (Current|InProgress|Failed|Terminating|Unknown): (\S.*)$/.exec(first);
  assert.ok(header, `${file}: the first line is \`# <status>: <message>\``);
  const fact = /^# hasStatus: (true|false)$/.exec(second);
  assert.equal(second.startsWith('#'), fact !== null, `${file}: the second line is \`# hasStatus: true\` or no comment`);
  const object = liveObject(parse(text), file);
  assert.equal(object.kind, basename(dirname(file)), `${file}: the folder is not the object's kind`);
  return {
    object,
    facts: fact === null ? {} : { hasStatus: fact[1] === 'true' },
    expected: { status: header[1] as Health['status'], message: header[2] ?? '' },
  };
}

/** The object of a case with the identity that every live object has. */
function liveObject(value: unknown, file: string): LiveObject {
  assert.ok(isObject(value) && isObject(value['metadata']), `${file}: there is no object`);
  const { apiVersion, kind, metadata, spec, status, ...rest } = value;
  assert.ok(typeof apiVersion === 'string' && typeof kind === 'string', `${file}: apiVersion and kind are strings`);
  assert.ok(typeof metadata['name'] === 'string', `${file}: there is no name`);
  assert.deepEqual(Object.keys(rest), [], `${file}: fields that no object has`);
  return { ...value, metadata: { uid: 'u1', resourceVersion: '7', ...metadata } } as LiveObject;
}
