import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, DraftHook } from '../../../src/compile/draft.ts';
import { settleJobs } from '../../../src/compile/hooks/jobs.ts';
import { numberAt } from '../../../src/model/json.ts';
import { draftOf } from '../drafts.ts';

function hook(more: Partial<DraftHook> = {}, spec: { readonly activeDeadlineSeconds?: number } = {}): Draft {
  return draftOf('Job', 'migrate', {
    apiVersion: 'batch/v1',
    fields: { spec: { ...spec, template: {} } },
    hook: { when: 'before', weight: 0, once: 'chart', ...more },
  });
}

const nameIn = (drafts: readonly Draft[]): string | undefined =>
  settleJobs(drafts).find(({ construct }) => construct === 'migrate')?.manifest.metadata.name;
const map = (name: string, value: string, more: Partial<Draft> = {}): Draft =>
  draftOf('ConfigMap', name, { fields: { data: { value } }, ...more });

test('a hook has another name, so that it runs again, when anything of its chart is another', () => {
  const first = nameIn([map('map', 'one'), hook()]);
  assert.match(first ?? '', /^migrate-[0-9a-f]{8}$/);
  assert.equal(nameIn([map('map', 'one'), hook()]), first);
  assert.notEqual(nameIn([map('map', 'two'), hook()]), first);
  assert.notEqual(nameIn([map('map', 'one'), map('more', ''), hook()]), first);
  const elsewhere = { chart: { name: 'other', slice: '' } };
  assert.equal(nameIn([map('map', 'one'), map('more', '', elsewhere), hook()]), first);
});

test('one that runs once for its own content has another name only when it is another', () => {
  const once = 'job';
  const first = nameIn([map('map', 'one'), hook({ once })]);
  assert.equal(nameIn([map('map', 'two'), hook({ once })]), first);
  assert.notEqual(nameIn([map('map', 'one'), hook({ once, deadline: 60 })]), first);
});

test('one of a release runs again when anything of the release is another', () => {
  const release = 'shop/release';
  const own = { ...hook({ release }), construct: `${release}/migrate` };
  const nameWith = (...others: readonly Draft[]) => settleJobs([own, ...others])[0]?.manifest.metadata.name;
  const inside = { construct: `${release}/map` };
  assert.equal(nameWith(map('map', 'one')), nameWith(map('map', 'two')));
  assert.notEqual(nameWith(map('map', 'one', inside)), nameWith(map('map', 'two', inside)));
});

test('a hook ends some time: when it is told, when its Job says, or after half an hour', () => {
  const cases = [
    { given: hook(), active: 1800, health: 1800 },
    { given: hook({ deadline: 60 }), active: 60, health: 60 },
    { given: hook({}, { activeDeadlineSeconds: 7200 }), active: 7200, health: 7200 },
    { given: hook({ deadline: 60 }, { activeDeadlineSeconds: 7200 }), active: 7200, health: 60 },
    { given: { ...hook({ deadline: 60 }), rules: { ...hook().rules, deadline: 30 } }, active: 60, health: 30 },
  ];
  for (const { given, active, health } of cases) {
    const [settled] = settleJobs([given]);
    assert.ok(settled);
    assert.deepEqual([numberAt(settled.manifest, 'spec', 'activeDeadlineSeconds'), settled.rules.deadline], [active, health]);
  }
});

test('a hook that runs when something failed says so to the agent, and no other does', () => {
  const whenOf = (when: DraftHook['when']) => settleJobs([hook({ when })])[0]?.rules.when;
  assert.deepEqual([whenOf('before'), whenOf('after'), whenOf('failure')], [undefined, undefined, 'failure']);
});

test('a Job that is no hook keeps what it says, and its name is that of its own content', () => {
  const plain = draftOf('Job', 'plain', { apiVersion: 'batch/v1', fields: { spec: { template: {} } } });
  const [one, two] = [[plain], [plain, map('map', 'one')]].map((drafts) => settleJobs(drafts)[0]?.manifest);
  assert.deepEqual(one, two);
  assert.deepEqual(one?.['spec'], { template: {} });
});
