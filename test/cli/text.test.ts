import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Preview } from '../../src/agent/preview.ts';
import { formatDiagnostics } from '../../src/cli/diagnostics.ts';
import { formatEvent } from '../../src/cli/events.ts';
import { formatFailure } from '../../src/cli/failure.ts';
import { painter } from '../../src/cli/paint.ts';
import { formatPreview } from '../../src/cli/plan.ts';
import { exitOf, formatStatus } from '../../src/cli/status.ts';
import { formatSynth } from '../../src/cli/synth.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Change, Plan, Refusal } from '../../src/model/plan.ts';
import { type StatusInput, statusOf } from '../../src/reconcile/status.ts';
import { desired, entry, live, ref } from '../reconcile/samples.ts';

const plain = painter(false);

test('a diagnostic says what, where and what to do; notes stand first, errors last, and all are counted', () => {
  const error: Diagnostic = {
    code: 'image-not-pinned',
    severity: 'error',
    message: 'image `nginx:1.27` has no digest',
    at: {
      file: 'charts/web.ts',
      line: 12,
      column: 5,
      environment: 'prod',
      construct: 'web/deployment',
      object: ref('Deployment/shop/web'),
      pointer: '/spec/x',
    },
    help: 'add it to the lock:\nimages:',
  };
  const warning: Diagnostic = { code: 'pin-unused', severity: 'warning', message: 'nothing uses `a:1`', at: {} };
  const note: Diagnostic = { code: 'kind-unknown', severity: 'note', message: 'a sidecar', at: { file: 'a.ts', line: 3 }, help: 'good' };
  assert.deepEqual(formatDiagnostics([error, warning, note], plain), [
    'note[kind-unknown]: a sidecar (a.ts:3)\n  help: good',
    'warning[pin-unused]: nothing uses `a:1`',
    'error[image-not-pinned]: image `nginx:1.27` has no digest\n  at charts/web.ts:12:5 · prod · web/deployment · Deployment/shop/web · /spec/x\n  help: add it to the lock:\n        images:',
    '1 error, 1 warning, 1 note',
  ]);
  assert.deepEqual(formatDiagnostics([note, { ...note, message: 'another' }], plain).at(-1), '2 notes');
  assert.deepEqual(formatDiagnostics([note], painter(true))[0]?.startsWith('\u001b[2m'), true);
  assert.deepEqual(formatDiagnostics([], plain), []);
});

const eventCases: readonly (readonly [SyncEvent, string])[] = [
  [
    { type: 'planned', revision: 'c0ffee00c0ffee00', creates: 2, updates: 0, repairs: 0, prunes: 1, unchanged: 7 },
    'planned  c0ffee00c0ff: 2 to create, 1 to prune, 7 unchanged',
  ],
  [
    { type: 'planned', revision: 'c0ffee00c0ffee00', creates: 0, updates: 0, repairs: 0, prunes: 0, unchanged: 0 },
    'planned  c0ffee00c0ff: nothing to do',
  ],
  [{ type: 'applied', ref: ref('Service/shop/web'), op: 'create', outcome: 'created' }, 'created Service/shop/web'],
  [
    { type: 'applied', ref: ref('Service/shop/web'), op: 'repair', outcome: 'configured', by: 'kubectl' },
    'repaired Service/shop/web, which `kubectl` had changed',
  ],
  [{ type: 'applied', ref: ref('Service/shop/web'), op: 'repair', outcome: 'created' }, 'restored Service/shop/web'],
  [
    { type: 'pruned', ref: ref('Service/shop/web'), outcome: 'kept', because: 'it carries our label no longer' },
    'kept Service/shop/web: it carries our label no longer',
  ],
  [{ type: 'applied', ref: ref('Service/shop/web'), op: 'update', outcome: 'adopted' }, 'adopted Service/shop/web'],
  [{ type: 'applied', ref: ref('Service/shop/web'), op: 'update', outcome: 'replaced' }, 'replaced Service/shop/web'],
  [
    {
      type: 'applied',
      ref: ref('Deployment/shop/web'),
      op: 'repair',
      outcome: 'configured',
      by: 'kubectl-edit',
      removed: ['/spec/template/spec/containers/1', '/spec/template/spec/hostNetwork'],
    },
    'repaired Deployment/shop/web, which `kubectl-edit` had changed (removed /spec/template/spec/containers/1, /spec/template/spec/hostNetwork)',
  ],
  [
    { type: 'rewritten', ref: ref('Deployment/shop/web'), fields: ['/spec/replicas', '/spec/template/spec/containers/1'] },
    'rewritten Deployment/shop/web by admission, at /spec/replicas, /spec/template/spec/containers/1',
  ],
  [{ type: 'pruned', ref: ref('Service/shop/web'), outcome: 'gone' }, 'pruned Service/shop/web'],
  [{ type: 'pruned', ref: ref('Service/shop/web'), outcome: 'deleting' }, 'deleting Service/shop/web'],
  [{ type: 'accepted', revision: 'c0ffee00c0ffee00' }, 'accepted c0ffee00c0ff'],
  [{ type: 'removed', revision: 'c0ffee00c0ffee00' }, 'removed  the environment at c0ffee00c0ff: nothing of it is left here'],
  [
    { type: 'failed', problem: { ref: ref('Service/shop/web'), path: 'web/s.yaml', message: 'no' }, passing: true, retryIn: 1500 },
    'failed   Service/shop/web in web/s.yaml: no; next try in 2 s',
  ],
  [{ type: 'waiting', ref: ref('Service/shop/web'), for: '`Namespace/shop`' }, 'waiting  Service/shop/web for `Namespace/shop`'],
  [{ type: 'outage', code: 'git-unreachable', message: 'no route', retryIn: 0 }, 'outage   no route [git-unreachable]'],
  [{ type: 'synced', revision: 'c0ffee00c0ffee00', changed: 3, milliseconds: 42 }, 'synced   c0ffee00c0ff: 3 changed in 42 ms'],
];
for (const [event, line] of eventCases) {
  test(`an event reads: ${line}`, () => assert.deepEqual(formatEvent(event, plain), [line]));
}

test('a refusal names every object with its file, once, and ends with what to do', () => {
  const linesOf = (message: string, names: readonly string[]): readonly string[] =>
    formatEvent(
      {
        type: 'refused',
        revision: 'c0ffee00c0ffee00',
        refusal: { code: 'preflight-failed', message, help: 'mend the source' },
        problems: names.map((name) => ({ ref: ref(`Service/shop/${name}`), path: `web/${name}.yaml`, message: 'port 0 is none' })),
        slices: [],
      },
      plain,
    );
  assert.deepEqual(linesOf('the API server would refuse 1 object: `Service/shop/web` in `web/web.yaml`: port 0 is none', ['web']), [
    'refused  c0ffee00c0ff: the API server would refuse 1 object: `Service/shop/web` in `web/web.yaml`: port 0 is none [preflight-failed]',
    '  help: mend the source',
  ]);
  assert.deepEqual(linesOf('the API server would refuse 2 objects: … (and 1 more)', ['a', 'b']), [
    'refused  c0ffee00c0ff: the API server would refuse 2 objects: … (and 1 more) [preflight-failed]',
    '  Service/shop/a in web/a.yaml: port 0 is none',
    '  Service/shop/b in web/b.yaml: port 0 is none',
    '  help: mend the source',
  ]);
});

test('a refusal of some slices names them', () => {
  const refusal: Refusal = { code: 'deletion-protected', message: 'the commit deletes `Namespace/shop`', help: 'revert the commit' };
  const event: SyncEvent = { type: 'refused', revision: 'c0ffee00c0ffee00', refusal, problems: [], slices: ['', '@web'] };
  assert.deepEqual(formatEvent(event, plain), [
    'refused  c0ffee00c0ff for what no team owns, `@web`: the commit deletes `Namespace/shop` [deletion-protected]',
    '  help: revert the commit',
  ]);
});

const preview: Preview = {
  commit: 'c0ffee00c0ffee00',
  revision: undefined,
  plan: undefined,
  refusal: undefined,
  postponed: undefined,
  problems: [],
  outages: [],
  unchecked: 0,
};
const plan: Plan = { revision: 'c0ffee00c0ffee00', changes: [], held: [], unchanged: 3 };

test('a plan is a line for each object, and how much is as it should be', () => {
  const changes: readonly Change[] = [
    { op: 'create', desired: desired('Service/shop/web'), because: 'new' },
    { op: 'update', desired: desired('Deployment/shop/web'), live: live() },
    { op: 'repair', desired: desired('ConfigMap/shop/web'), live: live() },
    { op: 'prune', entry: entry('Secret/shop/old'), live: live() },
    { op: 'release', entry: entry('StatefulSet/shop/db'), live: live(), because: 'its rule keeps it in the cluster' },
  ];
  const held = [
    { ref: ref('Deployment/shop/queue'), path: 'shop/queue.yaml', because: 'held by ada until 2026-05-01T18:00:00Z: it is full' },
  ];
  assert.deepEqual(formatPreview({ ...preview, plan: { ...plan, changes, held }, unchecked: 2 }, plain), [
    '+ create Service/shop/web  Service/shop/web.yaml',
    '~ update Deployment/shop/web  Deployment/shop/web.yaml',
    '? check  ConfigMap/shop/web  ConfigMap/shop/web.yaml',
    '- prune  Secret/shop/old',
    '- let go StatefulSet/shop/db  its rule keeps it in the cluster',
    'c0ffee00c0ff: 5 to change, 3 as they should be',
    '= held   Deployment/shop/queue  held by ada until 2026-05-01T18:00:00Z: it is full',
    '2 could not be checked yet: what they need is made by this commit',
  ]);
  assert.deepEqual(formatPreview({ ...preview, plan }, plain), ['c0ffee00c0ff: nothing to do, 3 as they should be']);
});

test('what stands against a plan comes last', () => {
  const problem = { ref: ref('Service/shop/web'), path: 'web/s.yaml', message: 'no' };
  const outage = { ...problem, message: 'no answer' };
  const refusal: Refusal = { code: 'deletion-budget', message: 'the commit deletes 9 objects', help: 'delete in smaller steps' };
  assert.deepEqual(formatPreview({ ...preview, plan, problems: [problem], outages: [outage], refusal }, plain), [
    'c0ffee00c0ff: nothing to do, 3 as they should be',
    '! Service/shop/web in web/s.yaml: no answer',
    '! Service/shop/web in web/s.yaml: no',
    'refused[deletion-budget]: the commit deletes 9 objects',
    '  help: delete in smaller steps',
  ]);
  assert.deepEqual(formatPreview({ ...preview, refusal }, plain).length, 2);
});

test('colour is written only where it is wanted', () => {
  assert.equal(painter(false).red('x'), 'x');
  assert.equal(painter(true).red('x'), '\u001b[31mx\u001b[39m');
});

test('a failure shows its code and help, a bug asks for a report, and no stack is ever shown', () => {
  const failure = formatFailure(new Failure('git-missing', '`git` was not found', { help: 'install it' }), {
    paint: plain,
    interrupted: false,
  });
  assert.deepEqual(failure, { lines: ['error[git-missing]: `git` was not found', '  help: install it'], exit: 3 });
  const said = 'it holds `\u001b[2J`\nand more';
  assert.deepEqual(formatFailure(new Failure('foreign-branch', said, { help: said }), { paint: plain, interrupted: false }).lines, [
    'error[foreign-branch]: it holds `\\u001b[2J`\nand more',
    '  help: it holds `\\u001b[2J`\nand more',
  ]);
  const bug = formatFailure(new TypeError('x is undefined'), { paint: plain, interrupted: false });
  assert.equal(bug.exit, 3);
  assert.ok(!bug.lines.join('\n').includes('    at '));
  assert.equal(formatFailure(new Error('aborted'), { paint: plain, interrupted: true }).exit, 130);
});

const healthy: StatusInput = {
  environment: 'dev',
  latest: 'c1',
  revision: 'c1',
  refused: undefined,
  behind: new Map(),
  failed: [],
  waiting: [],
  unfinished: 0,
  held: [],
  rewritten: [],
  objects: 1,
  unhealthy: [],
  outage: undefined,
  now: new Date('2026-01-01T00:00:00Z'),
};
const problem = { ref: ref('Service/shop/web'), path: 'web/s.yaml', message: 'no' };
const statusCases: readonly (readonly [string, Partial<StatusInput>, number, RegExp])[] = [
  ['all as it should be is ready', {}, 0, /^Ready dev at c1: 1 object is Current$/],
  [
    'a commit that is refused stalls',
    {
      latest: 'c2',
      refused: { commit: 'c2', refusal: { code: 'deletion-budget', message: 'too many', help: '' }, problems: [], slices: [] },
    },
    3,
    /^Stalled .*c2 is refused: too many/,
  ],
  [
    'an object that fails for time to mend is retried',
    { failed: [{ problem, passing: true }] },
    1,
    /^Reconciling .*`Service\/shop\/web`: no/,
  ],
  ['changes that are not done yet are counted', { unfinished: 2 }, 1, /^Reconciling .*2 changes are not done yet/],
  ['an object that fails stalls', { failed: [{ problem, passing: false }] }, 3, /^Stalled .*`Service\/shop\/web` in `web\/s.yaml`: no/],
  [
    'health that failed stalls',
    { unhealthy: [{ ref: ref('Deployment/shop/web'), health: { status: 'Failed', message: 'crash' } }] },
    3,
    /^Stalled .*crash/,
  ],
  ['a newer commit is being considered', { latest: 'c2' }, 1, /^Reconciling .*c2 is being considered/],
  ['what waits is named', { waiting: [{ ref: problem.ref, for: '`Namespace/shop`' }] }, 1, /^Reconciling .*waits for `Namespace\/shop`/],
  [
    'health that is on its way is named',
    { unhealthy: [{ ref: ref('Deployment/shop/web'), health: { status: 'InProgress', message: 'replicas: 1/2' } }] },
    1,
    /^Reconciling .*InProgress: replicas: 1\/2/,
  ],
  [
    'health that nobody knows is no success',
    { unhealthy: [{ ref: ref('Deployment/shop/web'), health: { status: 'Unknown', message: 'no word' } }] },
    1,
    /^Reconciling .*Unknown: no word/,
  ],
  [
    'a commit that some slices refuse stalls them',
    {
      behind: new Map([['@web', 'c0']]),
      refused: { commit: 'c1', refusal: { code: 'preflight-failed', message: 'it is wrong', help: '' }, problems: [], slices: ['@web'] },
    },
    3,
    /^Stalled dev at c1: `@web` of c1 is refused: it is wrong/,
  ],
  [
    'what somebody holds is named',
    { held: [{ ref: problem.ref, path: problem.path, because: 'held by ada until noon: it is full' }] },
    1,
    /^Reconciling .*`Service\/shop\/web` is left as it is: held by ada until noon: it is full/,
  ],
  [
    'what admission makes of objects is no reason to wait',
    { rewritten: [{ ref: problem.ref, fields: ['/spec/x'] }] },
    0,
    /^Ready dev at c1: 1 object is Current$/,
  ],
  ['a remote out of reach is named', { outage: 'no route' }, 1, /^Reconciling .*no route/],
];
for (const [what, change, exit, first] of statusCases) {
  test(`in the status, ${what}`, () => {
    const status = statusOf({ ...healthy, ...change });
    assert.match(formatStatus(status, plain)[0] ?? '', first);
    assert.equal(exitOf(status), exit);
  });
}

test('a status says below its verdict what is wrong, what stays behind, what is held and what admission makes of objects', () => {
  const status = statusOf({
    ...healthy,
    latest: 'c2',
    behind: new Map([
      ['@web', 'c0ffee00c0ffee00'],
      ['', ''],
    ]),
    failed: [{ problem, passing: false }],
    waiting: [{ ref: ref('Deployment/shop/web'), for: '`Namespace/shop`' }],
    held: [{ ref: ref('Secret/shop/old'), path: '', because: 'it carries the label of this environment' }],
    suspended: [{ slice: '@web', owner: 'ada', reason: 'a look', until: '2026-05-01T18:00:00Z' }],
    rewritten: [{ ref: ref('Deployment/shop/web'), fields: ['/spec/x', '/spec/y'] }],
    unhealthy: [{ ref: ref('Deployment/shop/web'), health: { status: 'InProgress', message: 'replicas: 1/2' } }],
  });
  assert.deepEqual(formatStatus(status, plain), [
    'Stalled dev at c1: `Service/shop/web` in `web/s.yaml`: no',
    '  the branch is at c2',
    '  ! Service/shop/web in web/s.yaml: no',
    '  ! Deployment/shop/web: waits for `Namespace/shop`',
    '  what no team owns is kept at nothing yet',
    '  `@web` is kept at c0ffee00c0ff',
    '  Suspended `@web` by ada until 2026-05-01T18:00:00Z: a look',
    '  Held Secret/shop/old: it carries the label of this environment',
    '  Rewritten Deployment/shop/web by admission, at /spec/x, /spec/y',
    '  InProgress Deployment/shop/web: replicas: 1/2',
  ]);
});

test('environments that are as they were have a line each, or one together where there are many', () => {
  const same = (name: string) => ({ name, objects: 2, written: 0, removed: 0, unchanged: 3 });
  const changed = { name: 'prod', objects: 1, written: 1, removed: 0, unchanged: 1 };
  const lines = (count: number) =>
    formatSynth({ environments: [...Array.from({ length: count }, (_, i) => same(`e${i}`)), changed], gone: [], out: 'dist' }, plain);
  assert.deepEqual(lines(1), [
    'dist/e0: 2 objects (unchanged)',
    'dist/prod: 1 object (1 written, 0 removed, 1 unchanged)',
    'next: lockstep publish e0',
  ]);
  assert.deepEqual(lines(6).slice(0, 2), ['dist/prod: 1 object (1 written, 0 removed, 1 unchanged)', 'dist: 6 environments unchanged']);
  assert.deepEqual(formatSynth({ environments: [], gone: [], out: 'dist' }, plain), ['no environment is in this shard']);
});

test('a commit outside of its sync windows is told, when it comes and before', () => {
  const because = 'a sync window denies it: 2027-12-23 to 2028-01-02 (UTC)';
  assert.deepEqual(formatEvent({ type: 'postponed', revision: 'c0ffee00c0ffee00', because }, plain), [
    `postponed c0ffee00c0ff: ${because}`,
  ]);
  assert.deepEqual(formatPreview({ ...preview, plan, postponed: because }, plain), [
    'c0ffee00c0ff: nothing to do, 3 as they should be',
    `! waits  ${because}`,
  ]);
});
