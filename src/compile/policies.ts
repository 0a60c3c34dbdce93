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
  const { name, cluster, kubernetes, locksImages } = enforcing.env;
  const env = { name, cluster, kubernetes, locksImages };
  const contexts = new Map(judged.objects.map((object) => [object, { env, chart: judged.chartOf(object) ?? { name: '' } }]));
  const refs = drafts.map(({ manifest }) => refOf(manifest));
  return enforcing.policies.flatMap((applied) => {
    const told = applied.policy.rules.flatMap((rule) => judge({ rule, applied, judged, env, contexts, enforcing }));
    return exempt(told, { applied, refs });
  });
}

/** A rule that is asked, and all it is asked about. */
interface Asking {
  readonly rule: Rule;
  readonly applied: AppliedPolicy;
  readonly judged: Judged;
  readonly env: JudgedFor;
  readonly contexts: ReadonlyMap<Manifest, PolicyContext>;
  readonly enforcing: Enforcing;
}

function judge(asking: Asking): readonly Found[] {
  const { judged, env, contexts } = asking;
  const { check } = asking.rule;
  switch (check.of) {
    case 'objects': {
      const objects = check.on.flatMap((kind) => judged.all(kind));
      return askEach(asking, objects, {
        ask: (object) => check.check(object, contexts.get(object) as PolicyContext),
        about: (object) => ({ object, path: [] }),
      });
    }
    case 'pods':
      return askEach(asking, judged.pods, {
        ask: (pod) => check.check(pod, contexts.get(pod.object) as PolicyContext),
        about: ({ object, path }) => ({ object, path }),
      });
    case 'environment':
      return askEach(asking, [judged], { ask: () => check.check(judged, { env }), about: () => ({ path: [] }) });
  }
}

/** What was asked about: an object, unless everything was, and where in it paths begin. */
interface About {
  readonly object?: Manifest;
  readonly path: Path;
}

/** Asks about each of `items` an author's code: it may return anything, and it may throw. Mostly, nothing is wrong. */
function askEach<T>(
  asking: Asking,
  items: readonly T[],
  { ask, about }: { readonly ask: (item: T) => unknown; readonly about: (item: T) => About },
): readonly Found[] {
  const told: Found[] = [];
  const name = `the policy \`${asking.applied.policy.name}\``;
  for (const item of items) {
    try {
      const answer = ask(item) ?? [];
      for (const one of Array.isArray(answer) ? answer : [answer]) told.push(tell(one, about(item), asking));
    } catch (thrown) {
      told.push(broken(`${name} threw: ${fromRoot(messageOf(thrown), asking.enforcing.root)}`, about(item), asking));
    }
  }
  return told;
}

function tell(one: unknown, about: About, asking: Asking): Found {
  if (typeof one === 'string') return found({ message: one }, about, asking);
  if (isFinding(one, asking.judged)) return found(one, about, asking);
  const what = one instanceof Promise ? 'a promise' : shown(one);
  return broken(`the policy \`${asking.applied.policy.name}\` returned ${what}`, about, asking);
}

/** Whether `one` is what a policy may return; what it says about must be an object that it was given. */
function isFinding(one: unknown, judged: Judged): one is EnvironmentFinding {
  if (typeof one !== 'object' || one === null || !('message' in one) || typeof one.message !== 'string') return false;
  const { path = [], object } = one as { readonly path?: unknown; readonly object?: unknown };
  return Array.isArray(path) && (object === undefined || (isObject(object) && judged.draftOf(object) !== undefined));
}

function found(finding: EnvironmentFinding, about: About, { rule, applied, judged, enforcing }: Asking): Found {
  const { object = about.object, path, message, help } = finding;
  const draft = object === undefined ? undefined : judged.draftOf(object);
  const keys = path === undefined ? undefined : pointer([...about.path, ...path]);
  const at = draft === undefined ? enforcing.at : placeAbout(draft, keys);
  return {
    rule: rule.name,
    isBroken: false,
    diagnostic: { code: codeOf(rule, applied), severity: rule.severity, message, at, ...(help === undefined ? {} : { help }) },
  };
}

/** A policy that cannot judge: no exception leaves that out, and nothing makes less of it. */
function broken(message: string, about: About, asking: Asking): Found {
  const { diagnostic } = found({ message, help: 'a policy returns what is wrong, or undefined' }, about, asking);
  return { rule: asking.rule.name, isBroken: true, diagnostic: { ...diagnostic, severity: 'error' } };
}

function codeOf({ name }: Rule, { policy }: AppliedPolicy): PolicyCode {
  return name === undefined ? `policy/${policy.name}` : `policy/${policy.name}/${name}`;
}
