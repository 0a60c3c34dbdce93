import type { HookTime } from '../authoring/hook.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { pointer } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import type { Problem } from '../model/problem.ts';
import type { ObjectRules } from '../model/rendered.ts';

/** An object on its way into the rendered tree, with what is known of where it comes from. */
export interface Draft {
  readonly manifest: Manifest;
  /** The path of its construct, which is unique in the environment. */
  readonly construct: string;
  readonly chart: DraftChart;
  /** Constructs of the objects that it declares to depend on, sorted. */
  readonly dependsOn: readonly string[];
  readonly rules: ObjectRules;
  /** Its time among the others of its chart, or of its release, where it has one of its own. */
  readonly hook?: DraftHook;
  /** The line that made it. Reading it formats a stack: for diagnostics only, never for the tree. */
  readonly place: () => Place;
}

/** When an object comes that does not come when its kind does. */
export interface DraftHook {
  readonly when: HookTime;
  /** Of hooks of one time, the smaller comes first. */
  readonly weight: number;
  /** Whether a Job runs again when anything changes of what it is a hook of, or only when it changes itself. */
  readonly once: 'chart' | 'job';
  /** The construct that includes the release that it is a hook of; undefined where it is one of the whole chart. */
  readonly release?: string;
  /** How long a Job may take, in seconds; undefined where nobody said it. */
  readonly deadline?: number;
}

/** The chart that an object belongs to. */
export interface DraftChart {
  readonly name: string;
  readonly owner?: string;
  /** The slice of the environment that its objects belong to. */
  readonly slice: string;
  /** The namespace that its objects have unless they say otherwise. */
  readonly namespace?: string;
}

/** An error about the object of `draft`. */
export function errorAbout(draft: Draft, error: Pick<Diagnostic, 'code' | 'message' | 'help'> & { readonly pointer?: string }): Diagnostic {
  const { pointer: to, ...rest } = error;
  return { severity: 'error', ...rest, at: placeAbout(draft, to) };
}

/** What `problems` are in the object of `draft`: its place is asked for once, since that formats a stack. */
export function problemsAbout(draft: Draft, problems: readonly Problem[]): readonly Diagnostic[] {
  if (problems.length === 0) return [];
  const place = placeAbout(draft);
  return problems.map(({ path, ...problem }) => ({
    severity: 'error',
    ...problem,
    at: path.length === 0 ? place : { ...place, pointer: pointer(path) },
  }));
}

/** All that is known of where `draft` comes from. */
export function placeAbout(draft: Draft, to?: string): Place {
  return { ...draft.place(), object: refOf(draft.manifest), ...(to === undefined ? {} : { pointer: to }) };
}

/** The construct of `draft` with its line, for a message about two of them. */
export function whereMade(draft: Draft): string {
  const { file, line } = draft.place();
  if (file === draft.construct) return `\`${file}${line === undefined ? '' : `:${line}`}\``;
  return file === undefined
    ? `\`${draft.construct}\``
    : `\`${draft.construct}\` (${[file, line].filter((part) => part !== undefined).join(':')})`;
}
