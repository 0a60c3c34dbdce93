import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptyInventory, type Inventory } from '../../src/model/inventory.ts';
import type { DesiredObject, Live } from '../../src/model/plan.ts';
import { formatRef, keyOf } from '../../src/model/ref.ts';
import { type IndexedObject, type RenderedIndex, usualRules } from '../../src/model/rendered.ts';
import { compose, type DesiredTree, desiredTree, isRefusal, recompose, withoutBrought, withoutTaken } from '../../src/reconcile/desired.ts';
import { accept, leftBehindBy, settle, writeAhead } from '../../src/reconcile/inventory.ts';
import { makePlan } from '../../src/reconcile/plan.ts';
import { desired, index, live, observed, ref, tree } from './samples.ts';

const object = (text: string, rest: Partial<IndexedObject> = {}): IndexedObject => ({
  path: `${text}.yaml`,
  ref: ref(text),
  apiVersion: 'v1',
  sha256: 'ab',
  construct: text,
  wave: 1,
  dependsOn: [],
  slice: '',
  rules: usualRules,
  ...rest,
});
const file = (path: string, mode = '100644') => ({ path, mode, blob: `blob of ${path}` });

/** The tree that the index `rest`, with `objects` in it, and a file for each of them make. */
function treeOf(objects: readonly IndexedObject[], rest: Partial<RenderedIndex> = {}): DesiredTree {
  const found = desiredTree(
    'c1',
    index({ objects, ...rest }),
    objects.map(({ path }) => file(path)),
  );
  return isRefusal(found) ? assert.fail(found.message) : found;
}

function refusalOf(objects: readonly IndexedObject[], files: Parameters<typeof desiredTree>[2]): string | undefined {
  const found = desiredTree('c1', index({ objects }), files);
  return isRefusal(found) ? `${found.code}: ${found.message}` : undefined;
}

test('index and files are joined by path', () => {
  const found = desiredTree('c1', index({ objects: [object('Service/shop/web', { slice: '@web' })] }), [
    file('Service/shop/web.yaml'),
    file('.lockstep/index'),
    file('README.md'),
  ]);
  assert.ok(!isRefusal(found));
  const { construct: _, ...rest } = object('Service/shop/web', { slice: '@web' });
  assert.deepEqual(
    [...found.objects],
    [[keyOf(ref('Service/shop/web')), { ...rest, blob: 'blob of Service/shop/web.yaml', adopt: false }]],
  );
});

test('dependencies become refs', () => {
  const two = treeOf([object('Service/shop/a'), object('Service/shop/b', { dependsOn: ['Service/shop/a.yaml'] })]);
  assert.deepEqual(two.objects.get(keyOf(ref('Service/shop/b')))?.dependsOn, [ref('Service/shop/a')]);
});

test('an object may be adopted when it is named, or when all are', () => {
  const objects = [object('Service/shop/a'), object('Service/shop/b')];
  const adoptable = (rest: Partial<RenderedIndex>) => [...treeOf(objects, rest).objects.values()].filter(({ adopt }) => adopt);
  const reason = 'it was made by hand';
  assert.deepEqual(adoptable({}).length, 0);
  assert.deepEqual(
    adoptable({ adopt: [{ object: ref('Service/shop/b'), reason }] }).map((one) => formatRef(one.ref)),
    ['Service/shop/b'],
  );
  assert.deepEqual(adoptable({ adopt: [{ object: 'all', reason }] }).length, 2);
  assert.deepEqual(adoptable({ adopt: [{ object: ref('Service/bank/b'), reason }] }).length, 0);
});

test('a manifest that the index does not know was put there by hand', () => {
  assert.match(refusalOf([], [file('extra.yml')]) ?? '', /branch-edited: .*`extra.yml` does not stand in the index/);
});

test('a manifest that is missing was taken away by hand', () => {
  assert.match(refusalOf([object('Service/shop/web')], []) ?? '', /branch-edited: .*stands in the index and is missing/);
});

test('links, submodules and executables are refused', () => {
  for (const mode of ['120000', '160000', '100755']) assert.match(refusalOf([], [file('a', mode)]) ?? '', new RegExp(`mode ${mode}`));
});

test('a tree that has two files of one name is refused, whichever they are', () => {
  const web = object('Service/shop/web');
  for (const path of [web.path, '.lockstep/index', 'README.md'])
    assert.equal(
      refusalOf([web], [file(web.path), file('.lockstep/index'), file('README.md'), file(path)]),
      `branch-edited: the rendered branch is not as it was published: it has \`${path}\` twice`,
    );
});

test('an index that names one object twice is refused', () => {
  const twice = [object('Service/shop/web'), object('Service/shop/web', { path: 'again.yaml' })];
  assert.match(refusalOf(twice, [file('Service/shop/web.yaml'), file('again.yaml')]) ?? '', /names one object twice/);
});

/** A revision that has `objects`, written as slice, name and content: `web a 1`. */
function revision(commit: string, ...objects: readonly string[]): DesiredTree {
  const found = objects.map((text) => {
    const [slice = '', name = '', content = ''] = text.split(' ');
    return desired(`ConfigMap/shop/${name}`, content, { slice });
  });
  const indexed = found.map(({ ref: of, slice }) => object(formatRef(of), { slice }));
  return { ...tree(...found), commit, index: index({ objects: indexed }) };
}

const shown = ({ objects }: DesiredTree): readonly string[] =>
  [...objects.values()].map((one: DesiredObject) => `${one.slice} ${one.ref.name} ${one.blob}`).sort();
const refusing = (...slices: readonly string[]): ReadonlySet<string> => new Set(slices);

test('a commit that no slice refuses is kept as it is', () => {
  const next = revision('c2', 'web a 2');
  assert.equal(compose(next, revision('c1', 'web a 1'), refusing()), next);
});

test('a slice that refuses a commit keeps what it had, and the others have what the commit says', () => {
  const before = revision('c1', 'web a 1', 'web b 1', 'data c 1', 'data d 1');
  const next = revision('c2', 'web a 2', 'web e 2', 'data c 2', 'data f 2');
  const kept = compose(next, before, refusing('data'));
  assert.deepEqual(shown(kept), ['data c 1', 'data d 1', 'web a 2', 'web e 2']);
  assert.deepEqual([kept.commit, kept.index], ['c2', next.index]);
});

test('a slice that never took a commit has nothing', () => {
  const next = revision('c1', 'web a 1', 'data b 1');
  assert.deepEqual(shown(compose(next, undefined, refusing('data'))), ['web a 1']);
  assert.deepEqual(shown(compose(next, revision('c0', 'web a 0'), refusing('data'))), ['web a 1']);
});

test('an object that leaves a slice which refuses goes on with the one that takes it', () => {
  const kept = compose(revision('c2', 'web a 2', 'web b 2'), revision('c1', 'data a 1', 'data c 1'), refusing('data'));
  assert.deepEqual(shown(kept), ['data c 1', 'web a 2', 'web b 2']);
});

test('an object that moves into a slice which refuses is in neither, and is left alone', () => {
  const before = revision('c1', 'web a 1');
  const kept = compose(revision('c2', 'data a 2'), before, refusing('data'));
  assert.deepEqual(shown(kept), []);
  const inventory = accept(settled(writeAhead(emptyInventory, creations(before))), before, new Map());
  const plan = makePlan({ desired: kept, inventory, observed: observed({ 'ConfigMap/shop/a': live(2) }), suspended: new Map(), now });
  assert.deepEqual(plan, { revision: 'c2', changes: [], held: [], unchanged: 1 });
});

test('an object that moves from one slice which refuses to another stays where it is', () => {
  const kept = compose(revision('c2', 'web a 2'), revision('c1', 'data a 1'), refusing('data', 'web'));
  assert.deepEqual(shown(kept), ['data a 1']);
});

test('a slice that is suspended gives nothing away, also when that is found out anew', () => {
  const [next, before] = [revision('c2', 'web a 2', 'web b 2'), revision('c1', 'data a 1', 'data c 1')];
  const kept = withoutTaken(compose(next, before, refusing('data')), before, refusing('data'));
  assert.deepEqual(shown(kept), ['data a 1', 'data c 1', 'web b 2']);
  const behind = new Map([['data', 'c1']]);
  const owned = accept(settled(writeAhead(emptyInventory, creations(before))), kept, behind);
  assert.deepEqual(shown(recompose(next, new Map([['data', before]]), owned)), shown(kept));
});

const now = new Date('2026-05-01T10:00:00Z');

const creations = ({ objects }: DesiredTree) =>
  [...objects.values()].map((one) => ({ op: 'create', desired: one, because: 'new' }) as const);

/** An inventory after all that it was written ahead for was done. */
function settled(inventory: Inventory): Inventory {
  const { fingerprint } = live();
  return settle(
    inventory,
    [...inventory.entries.values()].map((entry) => ({ op: 'set', entry: { ...entry, seen: fingerprint } }) as const),
  );
}

/** What an agent knows after it took a commit as far as its slices do, and made the cluster so. */
interface Taken {
  readonly accepted: DesiredTree | undefined;
  readonly inventory: Inventory;
}

/** Takes `next` but for the slices in `refused`, plans, and carries that out; also tells what was deleted. */
function take(
  { accepted, inventory }: Taken,
  next: DesiredTree,
  refused: ReadonlySet<string>,
): Taken & { readonly deleted: readonly string[] } {
  const kept = compose(next, accepted, refused);
  const behind = leftBehindBy(inventory, refused);
  const owned = settled(accept(writeAhead(inventory, creations(kept)), kept, behind));
  const everything: Readonly<Record<string, Live>> = Object.fromEntries(
    [...owned.entries.values()].map((one) => [formatRef(one.ref), live()]),
  );
  const { changes } = makePlan({ desired: kept, inventory: owned, observed: observed(everything), suspended: new Map(), now });
  const deleted = changes.flatMap((change) => (change.op === 'prune' ? [change.entry.ref] : []));
  const left = settle(
    owned,
    deleted.map((one) => ({ op: 'drop', ref: one })),
  );
  return { accepted: kept, inventory: left, deleted: deleted.map((one) => one.name).sort() };
}

/** What an agent finds out again when it starts anew. */
function remembered(commits: ReadonlyMap<string, DesiredTree>, inventory: Inventory): DesiredTree | undefined {
  const next = commits.get(inventory.revision ?? '');
  const trees = [...inventory.behind].flatMap(([slice, commit]) => {
    const behind = commits.get(commit);
    return behind === undefined ? [] : [[slice, behind] as const];
  });
  return next && recompose(next, new Map(trees), inventory);
}

/** A history: commits, and the slices that each is refused for. Objects come, change, move between slices, and go. */
const histories = fc.array(
  fc.tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('web', 'data', 'jobs'), fc.nat(2)), {
      selector: ([name]) => name,
    }),
    fc.subarray(['web', 'data', 'jobs'], { maxLength: 2 }),
  ),
  { minLength: 1, maxLength: 6 },
);

test('what an agent keeps is the same when it is found out anew, whatever was refused before', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const commits = new Map<string, DesiredTree>();
      let taken: Taken = { accepted: undefined, inventory: emptyInventory };
      history.forEach(([objects, refused], i) => {
        const next = revision(`c${i}`, ...objects.map(([name, slice, content]) => `${slice} ${name} ${content}`));
        commits.set(next.commit, next);
        taken = take(taken, next, new Set(refused));
        assert.deepEqual(shown(remembered(commits, taken.inventory) ?? tree()), shown(taken.accepted ?? tree()));
      });
    }),
    { numRuns: 500 },
  );
});

test('what its commit alone brought into a slice that went back is in the index no more, also when others take that commit later', () => {
  const moved = object('ConfigMap/shop/moved', { slice: 'data' });
  const next = treeOf([object('ConfigMap/shop/new', { slice: 'data' }), moved, object('ConfigMap/shop/b', { slice: 'web' })]);
  const before = { ...treeOf([{ ...moved, slice: 'web' }]), commit: 'c0' };
  const indexed = (one: DesiredTree): readonly string[] => one.index.objects.map(({ path }) => path);
  const back = withoutBrought(compose(next, before, new Set(['data'])), new Map([['data', before]]));
  assert.deepEqual(indexed(back), ['ConfigMap/shop/moved.yaml', 'ConfigMap/shop/b.yaml']);
  assert.deepEqual(indexed(compose(next, back, new Set(['data']))), indexed(back));
  assert.deepEqual(indexed(compose({ ...next, commit: 'c2' }, back, new Set(['data']))), indexed(next));
  assert.equal(withoutBrought(next, new Map()), next);
});

test('nothing is deleted that the commit or a slice that stays behind has', () => {
  fc.assert(
    fc.property(histories, (history) => {
      let taken: Taken = { accepted: undefined, inventory: emptyInventory };
      history.forEach(([objects, refused], i) => {
        const next = revision(`c${i}`, ...objects.map(([name, slice, content]) => `${slice} ${name} ${content}`));
        const before = taken.accepted;
        const { deleted, ...after } = take(taken, next, new Set(refused));
        const names = new Set<string>(objects.map(([name]) => name));
        for (const name of deleted) {
          assert.ok(!names.has(name), `${name} of c${i}`);
          const slice = before?.objects.get(keyOf(ref(`ConfigMap/shop/${name}`)))?.slice;
          assert.ok(slice === undefined || !refused.includes(slice), `${name} of the slice ${slice}`);
        }
        taken = after;
      });
    }),
  );
});
