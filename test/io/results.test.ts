import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/io/clock.ts';
import { openResults } from '../../src/io/results.ts';
import { type Asked, together } from '../../src/model/looked.ts';
import type { Results } from '../../src/ports.ts';

const root = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
after(() => rmSync(root, { recursive: true }));
const day = '2026-01-02';
const made = 'dist/dev';
const long = new Date('2026-01-01');

/** A project with one file of input, one of output, and a result that `act` made; all files are long there. */
async function kept(act: (folder: string) => unknown) {
  const folder = mkdtempSync(join(root, 'project-'));
  const at = (path: string): string => join(folder, path);
  const write = (path: string, text: string): void => {
    mkdirSync(join(at(path), '..'), { recursive: true });
    writeFileSync(at(path), text);
  };
  write('input/a.txt', 'one');
  write('dist/dev/a.yaml', 'made: of one\n');
  write('program/main.js', '1');
  // A file that was written in this moment may be written again in it.
  await sleep(50);
  const cache = mkdtempSync(join(root, 'cache-'));
  const open = (): Results => openResults({ cache, folder, program: { folder: at('program'), runtime: 'test' }, host: process });
  const results = open();
  const { looked } = await results.follow(async () => act(folder));
  results.keep('result', { day, value: { made: 1 }, made }, looked);
  return { at, cache, open, results, recall: () => results.recall('result', day)?.value };
}

const readsInput = (folder: string): string => readFileSync(join(folder, 'input', 'a.txt'), 'utf8');

test('a result is recalled as long as nothing has changed, and under its own name', async () => {
  const { at, recall, results } = await kept(readsInput);
  assert.deepEqual(recall(), { made: 1 });
  assert.deepEqual(results.recall('result', day)?.files, [at('input/a.txt')]);
  assert.equal(results.recall('another', day), undefined);
  assert.equal(results.recall('result', '2026-01-03'), undefined);
});

const changes: Readonly<
  Record<string, { readonly act: (folder: string) => unknown; readonly change: (at: (path: string) => string) => void }>
> = {
  'a file that was read is another, of the same size and time': {
    act: readsInput,
    change: (at) => {
      writeFileSync(at('input/a.txt'), 'two');
      utimesSync(at('input/a.txt'), long, long);
    },
  },
  'a file that was read by a promise is another': {
    act: (folder) => readFile(join(folder, 'input', 'a.txt')),
    change: (at) => writeFileSync(at('input/a.txt'), 'two'),
  },
  'a file that was read is gone': { act: readsInput, change: (at) => rmSync(at('input/a.txt')) },
  'a file that was looked for is there': {
    act: (folder) => existsSync(join(folder, 'extra', 'b.txt')),
    change: (at) => {
      mkdirSync(at('extra'));
      writeFileSync(at('extra/b.txt'), '');
    },
  },
  'a module came beside a file that was read': { act: readsInput, change: (at) => writeFileSync(at('input/a.ts'), '') },
  'a folder that was listed has another file': {
    act: (folder) => readdirSync(join(folder, 'input')),
    change: (at) => writeFileSync(at('input/b.txt'), ''),
  },
  'what was made is another': { act: readsInput, change: (at) => writeFileSync(at('dist/dev/a.yaml'), 'made: by hand\n') },
  'what was made is gone': { act: readsInput, change: (at) => rmSync(at('dist/dev/a.yaml')) },
  'something else lies in what was made': { act: readsInput, change: (at) => writeFileSync(at('dist/dev/b.yaml'), '') },
  'the program is another': { act: readsInput, change: (at) => writeFileSync(at('program/main.js'), '22') },
};

test('what was taken while something else was followed tells whoever follows by then', async (t) => {
  setVariables(t, { LOCKSTEP_TEST_REGION: 'eu' });
  const { at, results } = await kept(readsInput);
  const taken = (await results.follow(async () => ({ env: process.env, readFileSync: fs.readFileSync, now: Date.now, date: Date }))).value;
  const { looked } = await results.follow(async () => [taken.readFileSync(at('input/a.txt')), taken.env['LOCKSTEP_TEST_REGION']]);
  const { files, variables, unsure } = looked;
  assert.deepEqual([files.includes(at('input/a.txt')), namesOf(variables), unsure], [true, ['LOCKSTEP_TEST_REGION'], []]);
  const { looked: asking } = await results.follow(async () => new taken.date());
  assert.deepEqual(namesOf(asking.unsure), ['the clock']);
});

function namesOf(asked: readonly Asked[]): readonly string[] {
  return asked.map(({ name }) => name);
}

test('what this program itself wants to know of the time is no matter of what it follows', async () => {
  const { results } = await kept(readsInput);
  const { looked } = await results.follow(async () => systemClock.now());
  assert.deepEqual(looked.unsure, []);
});

test('what lies beside is no matter, unless it may be imported', async () => {
  const { at, recall } = await kept(readsInput);
  mkdirSync(at('dist/prod'));
  writeFileSync(at('input/b.txt'), '');
  assert.deepEqual(recall(), { made: 1 });
});

test('what was made of several acts is made again when what any of them looked at has changed', async () => {
  const { at, results } = await kept(readsInput);
  const [one, other] = [
    await results.follow(async () => readFileSync(at('input/a.txt'))),
    await results.follow(async () => existsSync(at('b'))),
  ];
  const recall = (): unknown => results.recall('both', day)?.value;
  const keep = (): void => results.keep('both', { day, value: 2, made: undefined }, together([one.looked, other.looked]));
  keep();
  assert.equal(recall(), 2);
  writeFileSync(at('b'), '');
  // What is known of files holds until something is done.
  await results.follow(async () => 1);
  assert.equal(recall(), undefined);
});

for (const [what, { act, change }] of Object.entries(changes)) {
  test(`a result is made again when ${what}`, async () => {
    const { at, recall, results } = await kept(act);
    assert.deepEqual(recall(), { made: 1 });
    change(at);
    await results.follow(async () => 1);
    assert.equal(recall(), undefined);
  });
}

test('a result is made again when a variable has another value, and not when one has that nobody asked for', async (t) => {
  setVariables(t, { LOCKSTEP_TEST_REGION: 'eu', LOCKSTEP_TEST_OTHER: 'x' });
  const { recall } = await kept(() => process.env['LOCKSTEP_TEST_REGION']);
  process.env['LOCKSTEP_TEST_OTHER'] = 'y';
  assert.deepEqual(recall(), { made: 1 });
  process.env['LOCKSTEP_TEST_REGION'] = 'us';
  assert.equal(recall(), undefined);
});

test('who asks for all variables depends on all of them', async (t) => {
  setVariables(t, { LOCKSTEP_TEST_OTHER: 'x' });
  const { recall } = await kept(() => ({ ...process.env }));
  assert.deepEqual(recall(), { made: 1 });
  process.env['LOCKSTEP_TEST_OTHER'] = 'y';
  assert.equal(recall(), undefined);
});

/** Sets variables of this process until the test ends. */
function setVariables(t: TestContext, variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
}

const unsure: Readonly<Record<string, (folder: string) => unknown>> = {
  'what time it is': () => new Date(),
  'what time it is, in milliseconds': () => Date.now(),
  'what time it is, as text': () => Date(),
  'what time it is, as a format has it': () => new Intl.DateTimeFormat('en').format(),
  'what time it is, as parts of a format': () => new Intl.DateTimeFormat('en').formatToParts(),
  'how long something takes': () => performance.now(),
  'how long something takes, in nanoseconds': () => process.hrtime.bigint(),
  chance: () => Math.random(),
  'chance, as keys': () => generateKeyPairSync('ed25519'),
  'chance, as a key of the web': () => globalThis.crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']),
  'chance, as a UUID': () => randomUUID(),
  'chance, as the web has it': () => globalThis.crypto.getRandomValues(new Uint8Array(4)),
  'another program': () => spawnSync(process.execPath, ['--version']),
  'the name of the machine': () => hostname(),
  'the network': () => new Promise((done) => get('http://127.0.0.1:1').on('error', done)),
  'a file that it writes': (folder) => writeFileSync(join(folder, 'input', 'log.txt'), ''),
};

for (const [what, act] of Object.entries(unsure)) {
  test(`nothing is kept that depends on ${what}`, async () => {
    const { recall } = await kept((folder) => [readsInput(folder), act(folder)]);
    assert.equal(recall(), undefined);
  });
}

test('dates that are given depend on no clock, and are dates', async () => {
  const { recall } = await kept(() => assert.ok(new Date('2026-01-01') instanceof Date));
  assert.deepEqual(recall(), { made: 1 });
});

test('nothing is kept when a file that was read was changed meanwhile', async () => {
  const { at, results } = await kept(readsInput);
  const { looked } = await results.follow(async () => readFileSync(at('input/a.txt')));
  writeFileSync(at('input/a.txt'), 'two');
  results.keep('another', { day, value: {}, made }, looked);
  assert.equal(results.recall('another', day), undefined);
});

test('nothing is kept when a file that was read was taken away meanwhile, or another with its time took its place', async () => {
  const { at, results } = await kept(readsInput);
  const reads: readonly (() => unknown)[] = [() => readFileSync(at('input/a.txt')), () => readFile(at('input/a.txt'))];
  for (const read of reads) {
    writeFileSync(at('input/a.txt'), 'one');
    await sleep(50);
    const { looked } = await results.follow(async () => read());
    rmSync(at('input/a.txt'));
    results.keep('another', { day, value: {}, made }, looked);
    assert.equal(results.recall('another', day), undefined);
  }
  writeFileSync(at('input/a.txt'), 'one');
  await sleep(50);
  const { looked } = await results.follow(async () => readFileSync(at('input/a.txt')));
  writeFileSync(at('input/b.txt'), 'two');
  utimesSync(at('input/b.txt'), long, long);
  renameSync(at('input/b.txt'), at('input/a.txt'));
  results.keep('another', { day, value: {}, made }, looked);
  assert.equal(results.recall('another', day), undefined);
});

test('what says how a module is read is looked at, from its folder up to the nearest', async () => {
  const { at, open } = await kept(readsInput);
  assert.deepEqual(open().recall('result', day)?.value, { made: 1 });
  writeFileSync(at('input/package.json'), '{}');
  assert.equal(open().recall('result', day), undefined);
});

test('everything is as it was before when a trace has ended, also when what it followed fails', async () => {
  const before = [Date, process.env, Math.random, readFileSync, readFile, globalThis.fetch];
  const results = openResults({ cache: root, folder: root, program: { folder: root, runtime: 'test' }, host: process });
  await assert.rejects(
    results.follow(async () => {
      throw new Error('no');
    }),
    /no/,
  );
  assert.deepEqual([Date, process.env, Math.random, readFileSync, readFile, globalThis.fetch], before);
});

test('records that nobody has made again for weeks go', async () => {
  const { cache, open } = await kept(readsInput);
  const results = open();
  const [old = ''] = readdirSync(cache);
  utimesSync(join(cache, old), long, long);
  const { looked } = await results.follow(async () => 1);
  results.keep('another', { day, value: 1, made }, looked);
  assert.equal(readdirSync(cache).includes(old), false);
  assert.deepEqual(results.recall('another', day), { value: 1, files: [] });
});

test('a record that was cut short, or cannot be written, costs nothing', async () => {
  const { cache, recall } = await kept(readsInput);
  const [file = ''] = readdirSync(cache);
  writeFileSync(join(cache, file), readFileSync(join(cache, file), 'utf8').slice(0, 100));
  assert.equal(recall(), undefined);
  const nowhere = openResults({
    cache: join(cache, file, 'below'),
    folder: root,
    program: { folder: root, runtime: 'test' },
    host: process,
  });
  const { value, looked } = await nowhere.follow(async () => 1);
  nowhere.keep('result', { day, value, made }, looked);
  assert.equal(nowhere.recall('result', day), undefined);
});
