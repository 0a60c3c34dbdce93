import type { IConstruct } from 'constructs';
import { type HookOptions, type HookTime, type SaidHook, saidHooks } from '../../authoring/hook.ts';
import type { Checked, Diagnostic } from '../../model/diagnostic.ts';
import { durationIn } from '../../model/duration.ts';
import { isObject } from '../../model/json.ts';
import { refOf } from '../../model/manifest.ts';
import { formatRef } from '../../model/ref.ts';
import type { Draft, DraftHook } from '../draft.ts';
import { unknownOptions } from '../options.ts';
import type { Tree } from '../tree.ts';
import { quotedList, shown } from '../wording.ts';
import { isJobDraft } from './jobs.ts';

/** What hooks are looked for in. `isWhole` says that no object of it is missing among the drafts. */
interface Where {
  readonly tree: Tree;
  readonly isWhole: boolean;
}

/** The drafts, sorted by construct, with what `hook` says of Jobs among them. */
export function withHooks(drafts: readonly Draft[], { tree, isWhole }: Where): Checked<readonly Draft[]> {
  const hooks = new Map<Draft, DraftHook>();
  const diagnostics: Diagnostic[] = [];
  for (const construct of tree.constructs) {
    for (const said of saidHooks(construct)) {
      const at = tree.placeOf(construct, said.at);
      const wrong = optionProblems(said.options);
      const found = jobOf(construct, drafts);
      const problems = [...wrong, ...('message' in found ? (isWhole ? [found] : []) : hooks.has(found.job) ? [saidTwice(found.job)] : [])];
      diagnostics.push(...problems.map((problem): Diagnostic => ({ ...problem, severity: 'error', at: { ...at, ...problem.at } })));
      if (problems.length === 0 && 'job' in found) hooks.set(found.job, hookOf(said));
    }
  }
  if (hooks.size === 0) return { value: drafts, diagnostics };
  const value = drafts.map((draft) => {
    const hook = hooks.get(draft);
    return hook === undefined ? draft : { ...draft, hook };
  });
  return { value, diagnostics };
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'help'> & Partial<Pick<Diagnostic, 'at'>>;

function hookOf({ options: { when, once = 'chart', deadline } }: SaidHook): DraftHook {
  const seconds = deadline === undefined ? undefined : secondsIn(deadline);
  return { when, once, weight: 0, ...(seconds === undefined ? {} : { deadline: seconds }) };
}

/** The one Job of a construct: its own object, or the only one among those that it holds. */
function jobOf({ node: { path } }: IConstruct, drafts: readonly Draft[]): { readonly job: Draft } | Problem {
  const held = drafts.filter(({ construct }) => construct === path || construct.startsWith(`${path}/`));
  const [job, ...others] = held.filter(isJobDraft);
  if (job !== undefined && others.length === 0) return { job };
  if (job !== undefined)
    return {
      code: 'hook-not-job',
      message: `\`${path}\` is to be a hook and holds ${others.length + 1} Jobs: ${namesOf([job, ...others])}`,
      help: 'say `hook` of each of those that is one',
    };
  const what = held.length === 0 ? 'has no object' : `is ${namesOf(held.slice(0, 3))}`;
  return { code: 'hook-not-job', message: `\`${path}\` is to be a hook and ${what}: only a Job runs to an end`, help: 'give `hook` a Job' };
}

function namesOf(drafts: readonly Draft[]): string {
  return quotedList(drafts.map(({ manifest }) => formatRef(refOf(manifest))));
}

function saidTwice({ manifest }: Draft): Problem {
  return {
    code: 'hook-invalid',
    message: `\`${formatRef(refOf(manifest))}\` is made a hook twice`,
    help: 'keep one `hook`; two times need two Jobs',
  };
}

const times: readonly unknown[] = ['before', 'after', 'failure'] satisfies readonly HookTime[];

/** What each option takes, and how to say so. */
const forms: Readonly<Record<keyof HookOptions, { readonly fits: (value: unknown) => boolean; readonly name: string }>> = {
  when: { fits: (value) => times.includes(value), name: "`'before'`, `'after'` or `'failure'`" },
  once: { fits: (value) => value === undefined || value === 'chart' || value === 'job', name: "`'chart'` or `'job'`" },
  deadline: { fits: (value) => value === undefined || secondsIn(value) !== undefined, name: "a time such as `'90s'`, `'10m'` or `'2h'`" },
};

function optionProblems(options: unknown): readonly Problem[] {
  if (!isObject(options)) {
    const message = `\`hook\` is given ${shown(options)}, which does not say when it runs`;
    return [{ code: 'hook-invalid', message, help: "write `hook(job, { when: 'before' })`" }];
  }
  const misfits = Object.entries(forms).filter(([option, { fits }]) => !fits(options[option]));
  const invalid = misfits.map(([option, { name }]): Problem => {
    const message = `\`${option}\` is ${shown(options[option])}: expected ${name}`;
    return { code: 'hook-invalid', message, help: "write `hook(job, { when: 'before', deadline: '10m' })`", at: { pointer: option } };
  });
  return [...unknownOptions(options, 'hook', {}), ...invalid];
}

/** The seconds of `90s`, `10m` or `2h`; undefined for what is no such time, or none at all. */
function secondsIn(deadline: unknown): number | undefined {
  const text = String(deadline);
  const found = text.startsWith('0') ? undefined : durationIn(text, ['s', 'm', 'h']);
  return found === undefined ? undefined : found / 1_000;
}
