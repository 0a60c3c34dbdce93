import { fromRoot } from '../authoring/place.ts';
import type { EnvironmentFinding, JudgedFor, PolicyContext, Rule } from '../authoring/rule.ts';
import type { PolicyCode } from '../model/code.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { isObject, type Path, pointer } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { type Draft, placeAbout } from './draft.ts';
import type { AppliedPolicy } from './exceptions.ts';
import { exempt, type Found } from './exempt.ts';
import { type Judged, judgedOf } from './judged.ts';
import { shown } from './wording.ts';

/** What policies are asked for. */
export interface Enforcing {
  readonly policies: readonly AppliedPolicy[];
  readonly env: JudgedFor;
  /** Where findings point that are about no single object: the environment's definition. */
  readonly at: Place;
  /** The project's folder, absolute. It only shortens what is told of an error. */
  readonly root: string;
}

/** Asks every policy about `drafts`, and leaves out what exceptions leave out. */
export function enforce(drafts: readonly Draft[], enforcing: Enforcing): readonly Diagnostic[] {
  if (enforcing.policies.length === 0) return [];
  const judged = judgedOf(drafts);
  const refs = drafts.map(({ manifest }) => refOf(manifest));
  return enforcing.policies.flatMap((applied) => {
    const told = applied.policy.rules.flatMap((rule) => judge(rule, { applied, judged, enforcing }));
    return exempt(told, { applied, refs });
  });
}

/** A policy that is asked, and all it is asked about. */
interface Asking {
  readonly applied: AppliedPolicy;
  readonly judged: Judged;
  readonly enforcing: Enforcing;
}

function judge(rule: Rule, asking: Asking): readonly Found[] {
  const { check } = rule;
  const { judged, enforcing } = asking;
  switch (check.of) {
    case 'objects':
      return check.on
        .flatMap((kind) => judged.all(kind))
        .flatMap((object) => tell(rule, { ...asking, object }, () => check.check(object, contextOf(object, asking))));
    case 'pods':
      return judged.pods.flatMap((pod) => {
        const { object, path } = pod;
        return tell(rule, { ...asking, object, path }, () => check.check(pod, contextOf(object, asking)));
      });
    case 'environment':
      return tell(rule, asking, () => check.check(judged, { env: enforcing.env }));
  }
}

function contextOf(object: Manifest, { judged, enforcing }: Asking): PolicyContext {
  return { env: enforcing.env, chart: judged.chartOf(object) ?? { name: '' } };
}

/** What was asked about: an object, unless everything was, and where in it paths begin. */
interface About extends Asking {
  readonly object?: Manifest;
  readonly path?: Path;
}

/** What comes of one question to an author's code: it may return anything, and it may throw. */
function tell(rule: Rule, about: About, ask: () => unknown): readonly Found[] {
  const name = `the policy \`${about.applied.policy.name}\``;
  try {
    const answer = ask() ?? [];
    return (Array.isArray(answer) ? answer : [answer]).map((one: unknown) =>
      isFinding(one, about.judged)
        ? found(typeof one === 'string' ? { message: one } : one, rule, about)
        : broken(`${name} returned ${one instanceof Promise ? 'a promise' : shown(one)}`, rule, about),
    );
  } catch (thrown) {
    return [broken(`${name} threw: ${fromRoot(messageOf(thrown), about.enforcing.root)}`, rule, about)];
  }
}

/** Whether `one` is what a policy may return; what it says about must be an object that it was given. */
function isFinding(one: unknown, judged: Judged): one is string | EnvironmentFinding {
  if (typeof one === 'string') return true;
  if (typeof one !== 'object' || one === null || !('message' in one) || typeof one.message !== 'string') return false;
  const { path = [], object } = one as { readonly path?: unknown; readonly object?: unknown };
  return Array.isArray(path) && (object === undefined || (isObject(object) && judged.draftOf(object) !== undefined));
}

function found(finding: EnvironmentFinding, rule: Rule, about: About): Found {
  const { object = about.object, path, message, help } = finding;
  const draft = object === undefined ? undefined : about.judged.draftOf(object);
  const keys = path === undefined ? undefined : pointer([...(about.path ?? []), ...path]);
  const at = draft === undefined ? about.enforcing.at : placeAbout(draft, keys);
  return {
    rule: rule.name,
    isBroken: false,
    diagnostic: { code: codeOf(rule, about), severity: rule.severity, message, at, ...(help === undefined ? {} : { help }) },
  };
}

/** A policy that cannot judge: no exception leaves that out, and nothing makes less of it. */
function broken(message: string, rule: Rule, about: About): Found {
  const { diagnostic } = found({ message, help: 'a policy returns what is wrong, or undefined' }, rule, about);
  return { rule: rule.name, isBroken: true, diagnostic: { ...diagnostic, severity: 'error' } };
}

function codeOf({ name }: Rule, { applied }: About): PolicyCode {
  const { policy } = applied;
  return name === undefined ? `policy/${policy.name}` : `policy/${policy.name}/${name}`;
}
