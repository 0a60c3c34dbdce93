import type { Paint } from '../../src/cli/paint.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { type Health, workloadKinds } from '../../src/model/health.ts';
import { compareText, formatRef, keyOf, type ObjectRef } from '../../src/model/ref.ts';
import type { IndexedObject } from '../../src/model/rendered.ts';
import type { Size } from './screen.ts';

/** What is known of one object of an environment while the agent works on it. */
export interface Leaf {
  readonly ref: ObjectRef;
  /** What the agent did with it; undefined before. */
  readonly outcome?: string;
  /** What it waits for, before it is applied. */
  readonly waitsFor?: string;
  /** Why it could not be applied. */
  readonly problem?: string;
  /** How it does, where somebody looked. */
  readonly health?: Health;
}

/** The objects of one chart, and when the last of them was done (milliseconds since 1970). */
export interface Branch {
  readonly chart: string;
  readonly leaves: readonly Leaf[];
  readonly doneAt?: number;
}

/** An environment while it is being synced. A fold over what is heard of it. */
export type Tree = readonly Branch[];

/** What is heard of an environment: an event of the agent, or how an object of it does. */
export type Heard = SyncEvent | { readonly type: 'health'; readonly ref: ObjectRef; readonly health: Health };

/** A line to show, with the time that it tells of (milliseconds since 1970). */
export interface TreeLine {
  readonly text: string;
  readonly at?: number;
}

/** The tree of an environment that nothing is known of yet: charts in the order in which their first objects are due. */
export function beginTree(objects: readonly Pick<IndexedObject, 'path' | 'ref' | 'wave'>[]): Tree {
  const charts = new Map<string, (typeof objects)[number][]>();
  for (const object of objects) {
    const chart = object.path.slice(0, object.path.indexOf('/'));
    charts.set(chart, [...(charts.get(chart) ?? []), object]);
  }
  const due = (chart: string): number => Math.min(...(charts.get(chart) ?? []).map(({ wave }) => wave));
  return [...charts.keys()]
    .sort((a, b) => due(a) - due(b) || compareText(a, b))
    .map((chart) => ({ chart, leaves: (charts.get(chart) ?? []).map(({ ref }) => ({ ref })) }));
}

/** The tree after something was heard at `at` (milliseconds since 1970). */
export function foldTree(tree: Tree, heard: Heard, at: number): Tree {
  if (!isAboutOne(heard)) return tree;
  const key = keyOf(heard.type === 'failed' ? heard.problem.ref : heard.ref);
  return tree.map((branch) => {
    if (!branch.leaves.some((leaf) => keyOf(leaf.ref) === key)) return branch;
    const leaves = branch.leaves.map((leaf) => (keyOf(leaf.ref) === key ? foldLeaf(leaf, heard) : leaf));
    if (!leaves.every(isDone)) return { chart: branch.chart, leaves };
    return { chart: branch.chart, leaves, doneAt: branch.doneAt ?? at };
  });
}

/** Whether every object is applied, and every workload Current. */
export function isTreeDone(tree: Tree): boolean {
  return tree.every(({ doneAt }) => doneAt !== undefined);
}

/** Whether a kind's objects are only done when their pods are. */
export function isWorkload({ group, kind }: ObjectRef): boolean {
  return workloadKinds.some((one) => one.group === group && one.kind === kind);
}

/** The tree for a terminal: what is done is one line a chart, and never are there more lines than `size` has rows. */
export function treeLines(tree: Tree, size: Size, paint: Paint): readonly TreeLine[] {
  const names = Math.max(...tree.map(({ chart }) => chart.length));
  const heads = tree.map((branch) => headLine(branch, names, paint));
  const whole = tree.flatMap((branch, index) => [heads[index] ?? { text: '' }, ...leafLines(branch, paint)]);
  if (whole.length <= size.rows) return whole;
  if (heads.length <= size.rows) return heads;
  const rest = heads.length - Math.max(0, size.rows - 1);
  return [...heads.slice(0, heads.length - rest), { text: paint.dim(`… and ${rest} charts more`) }].slice(0, size.rows);
}

/** What is new in `after`, as lines for where nothing can change in place: a line when a chart begins to wait, fails, or is done. */
export function treeNews(before: Tree, after: Tree, paint: Paint): readonly TreeLine[] {
  return after.flatMap((branch, index) => {
    const old = before[index];
    if (old === branch) return [];
    const known = new Set(old === undefined ? [] : troublesOf(old, paint));
    const fresh = troublesOf(branch, paint).filter((text) => !known.has(text));
    const lines = fresh.map((text) => ({ text: `${branch.chart}: ${text}` }));
    const done = branch.doneAt !== undefined && old?.doneAt === undefined;
    return done ? [...lines, { text: `${paint.green('done')} ${branch.chart}: ${countsOf(branch)}`, at: branch.doneAt ?? 0 }] : lines;
  });
}

type AboutOne = Extract<Heard, { readonly type: 'applied' | 'waiting' | 'failed' | 'health' }>;

function isAboutOne(heard: Heard): heard is AboutOne {
  return ['applied', 'waiting', 'failed', 'health'].includes(heard.type);
}

/** What was in the way of an object is over once something else is heard of it. */
function foldLeaf(leaf: Leaf, heard: AboutOne): Leaf {
  if (heard.type === 'health') return { ...leaf, health: heard.health };
  const rest = { ref: leaf.ref, ...(leaf.health === undefined ? {} : { health: leaf.health }) };
  switch (heard.type) {
    case 'applied':
      return { ...rest, outcome: heard.outcome };
    case 'waiting':
      return { ...rest, waitsFor: heard.on === undefined ? heard.for : formatRef(heard.on) };
    case 'failed':
      return { ...rest, problem: heard.problem.message };
  }
}

function isDone({ ref, outcome, health }: Leaf): boolean {
  return outcome !== undefined && (!isWorkload(ref) || health?.status === 'Current');
}

function headLine(branch: Branch, width: number, paint: Paint): TreeLine {
  const name = branch.chart.padEnd(width);
  if (branch.doneAt !== undefined) return { text: `${paint.green('✓')} ${name}  ${countsOf(branch)}`, at: branch.doneAt };
  const done = branch.leaves.filter(isDone).length;
  const isBegun = branch.leaves.some(({ outcome }) => outcome !== undefined);
  return { text: `${isBegun ? paint.yellow('●') : paint.dim('·')} ${name}  ${done} of ${branch.leaves.length}` };
}

/** How many objects were created, configured and so on: `6 created, 1 configured`. */
function countsOf({ leaves }: Branch): string {
  const outcomes = leaves.map(({ outcome }) => outcome ?? 'pending');
  return [...new Set(outcomes)].map((one) => `${outcomes.filter((other) => other === one).length} ${one}`).join(', ');
}

/** What is not done in a chart: each workload that comes up by itself, what waits for the same together. */
function leafLines(branch: Branch, paint: Paint): readonly TreeLine[] {
  const rolling = branch.leaves.filter((leaf) => leaf.outcome !== undefined && !isDone(leaf));
  const coming = rolling.map(({ ref, outcome, health }) => {
    const how = health === undefined ? '' : `, ${health.status}: ${health.message}`;
    return `${formatRef(ref)} ${paint.green(outcome ?? '')}${how}`;
  });
  return [...coming, ...troublesOf(branch, paint)].map((text) => ({ text: `    ${text}` }));
}

function troublesOf({ leaves }: Branch, paint: Paint): readonly string[] {
  const failed = leaves.flatMap(({ ref, problem }) =>
    problem === undefined ? [] : [`${paint.red('failed')} ${formatRef(ref)}: ${problem}`],
  );
  const reasons = [...new Set(leaves.flatMap(({ waitsFor }) => waitsFor ?? []))];
  return [...failed, ...reasons.map((reason) => `${paint.yellow('waits')} for ${reason}`)];
}
