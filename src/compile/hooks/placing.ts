import type { Checked, Diagnostic } from '../../model/diagnostic.ts';
import { grouped } from '../../model/grouped.ts';
import { refOf } from '../../model/manifest.ts';
import { compareText, formatGroupKind, formatRef } from '../../model/ref.ts';
import { type Draft, errorAbout } from '../draft.ts';
import { isDefinition, type KindTable } from '../served.ts';
import { membersAmong } from './members.ts';
import { type NeedsOf, needsAmong } from './needs.ts';

/**
 * The drafts with the dependencies that follow from hooks: all else waits for those that come before, and those that come after wait
 * for all else. What a hook needs that comes before, or when something failed, waits for no hook, nor do namespaces and definitions, which
 * others stand on. For what comes when something failed nobody waits.
 */
export function placeHooks(drafts: readonly Draft[], kinds: KindTable): Checked<readonly Draft[]> {
  const hooks = drafts.filter(({ hook }) => hook !== undefined);
  if (hooks.length === 0) return { value: drafts, diagnostics: [] };
  const members = membersAmong(drafts);
  const needsOf = needsAmong(drafts, kinds);
  const placed = new Map(drafts.map((draft) => [draft.construct, draft]));
  const diagnostics: Diagnostic[] = [];
  // What the hooks of a chart need may be in a release, whose own hooks that needs: so releases come first.
  const groups = [...grouped(hooks, groupOf)].sort(([a], [b]) => compareText(a, b));
  for (const [, group] of groups) {
    const all = group[0] === undefined ? [] : members.of(group[0]);
    diagnostics.push(...alone(group, all));
    for (const [construct, more] of edgesOf({ all, group, needsOf, placed })) {
      const draft = placed.get(construct);
      if (draft !== undefined)
        placed.set(construct, { ...draft, dependsOn: [...new Set([...draft.dependsOn, ...more])].sort(compareText) });
    }
  }
  const perhaps = new Set(hooks.filter(({ hook }) => hook?.when === 'failure').map(({ construct }) => construct));
  return { value: drafts.map((draft) => withoutWaitingFor(perhaps, placed.get(draft.construct) ?? draft)), diagnostics };
}

function withoutWaitingFor(constructs: ReadonlySet<string>, draft: Draft): Draft {
  const isIn = draft.dependsOn.some((needed) => constructs.has(needed));
  return isIn ? { ...draft, dependsOn: draft.dependsOn.filter((needed) => !constructs.has(needed)) } : draft;
}

function groupOf({ hook, chart }: Draft): string {
  return JSON.stringify(hook?.release === undefined ? ['of charts', chart.name] : ['in charts', hook.release]);
}

/** The hooks of one chart or release, and all that is known of what they stand among. */
interface Group {
  /** The objects of the chart or the release, hooks among them. */
  readonly all: readonly Draft[];
  readonly group: readonly Draft[];
  readonly needsOf: NeedsOf;
  /** By construct, with the dependencies that are known so far. */
  readonly placed: ReadonlyMap<string, Draft>;
}

/** By construct, what it waits for because of the hooks of a group. */
function edgesOf({ all, group, needsOf, placed }: Group): ReadonlyMap<string, readonly string[]> {
  const before = group.filter(({ hook }) => hook?.when === 'before');
  const after = new Set(group.filter(({ hook }) => hook?.when === 'after'));
  // None of these waits for a hook of its group: what they need comes before all of those, or whatever becomes of them.
  const early = [...before, ...group.filter(({ hook }) => hook?.when === 'failure')];
  const needed = new Map(early.map((hook) => [hook, allNeeded(hook, { needsOf, placed })]));
  const isNeeded = ({ construct }: Draft, hooks: readonly Draft[]): boolean => hooks.some((hook) => needed.get(hook)?.has(construct));

  const waitsFor = (draft: Draft): readonly Draft[] => {
    const isLater = (other: Draft): boolean => weightOf(other) >= weightOf(draft);
    if (after.has(draft)) {
      const used = new Set(needsOf(draft).filter(isBoundLate));
      return all.filter((other) => other !== draft && !(after.has(other) && isLater(other)) && !used.has(other));
    }
    if (needed.has(draft)) {
      const lighter = draft.hook?.when === 'before' ? before.filter((other) => !isLater(other) && !isNeeded(draft, [other])) : [];
      return [...lighter, ...needsOf(draft).filter((other) => !isBoundLate(other))];
    }
    return isGround(draft) || isNeeded(draft, early) ? [] : before;
  };
  return new Map(all.map((draft) => [draft.construct, waitsFor(draft).map(({ construct }) => construct)]));
}

/**
 * The constructs of all that a hook needs: what it refers to or depends on, and what that needs. Nothing comes early because a hook
 * depends on it that most likely never runs.
 */
function allNeeded(draft: Draft, { needsOf, placed }: Pick<Group, 'needsOf' | 'placed'>): ReadonlySet<string> {
  const referred = needsOf(draft).map(({ construct }) => construct);
  const left = draft.hook?.when === 'failure' ? referred : [...draft.dependsOn, ...referred];
  const reached = new Set(left);
  for (const construct of left) {
    const one = placed.get(construct);
    if (one === undefined) continue;
    for (const needed of [...one.dependsOn, ...needsOf(one).map((other) => other.construct)]) {
      if (reached.has(needed)) continue;
      reached.add(needed);
      left.push(needed);
    }
  }
  return reached;
}

function weightOf({ hook }: Draft): number {
  return hook?.weight ?? 0;
}

function isGround({ manifest }: Draft): boolean {
  return formatGroupKind(refOf(manifest)) === 'Namespace' || isDefinition(manifest);
}

/** A claim may be bound only when its first pod is there: what runs that pod cannot wait for it. */
function isBoundLate({ manifest }: Draft): boolean {
  return formatGroupKind(refOf(manifest)) === 'PersistentVolumeClaim';
}

/** Hooks of a chart that has nothing else: they would come before nothing, or after it. */
function alone(group: readonly Draft[], all: readonly Draft[]): readonly Diagnostic[] {
  if (all.some(({ hook }) => hook === undefined)) return [];
  const own = group.filter(({ hook }) => hook?.release === undefined);
  return own.map((draft) => {
    const chart = `the chart \`${draft.chart.name}\``;
    const time =
      draft.hook?.when === 'failure' ? `to run when something of ${chart} fails` : `to come ${draft.hook?.when} all else of ${chart}`;
    const message = `\`${formatRef(refOf(draft.manifest))}\` is ${time}, and there is nothing else`;
    return errorAbout(draft, {
      code: 'hook-alone',
      message,
      help: 'put it into the chart whose objects it belongs to, or leave out `hook`',
    });
  });
}
