import type { Diagnostic } from '../../../../model/diagnostic.ts';
import { at, listAt, stringAt } from '../../../../model/json.ts';
import { type Manifest, refOf } from '../../../../model/manifest.ts';
import type { Problem } from '../../../../model/problem.ts';
import { formatRef, versionOf } from '../../../../model/ref.ts';
import { plainValue } from '../../../../schema/cel/plain.ts';
import { NotEvaluated, type Value } from '../../../../schema/cel/values.ts';
import { type Draft, problemsAbout } from '../../../draft.ts';
import type { KindTable } from '../../../served.ts';
import { isAdmissionPolicy, isPolicyBinding } from '../uses.ts';
import { shownExpression } from '../wording.ts';
import { decide, type Inputs } from './evaluate.ts';
import { type Candidate, matches } from './matching.ts';
import { paramsFor } from './params.ts';
import { type Policy, policyOf } from './policy.ts';
import { inNoNamespace, seenValue } from './seen.ts';
import { type Surroundings, surroundingsOf } from './setting.ts';

/** What objects are judged with. */
export interface JudgedByPolicies {
  readonly drafts: readonly Draft[];
  readonly kinds: KindTable;
  /** The minor of Kubernetes 1. */
  readonly minor: number;
}

/**
 * Judges objects by the ValidatingAdmissionPolicies among them, as when they are created. What mutating policies and webhooks would
 * make of them is not known here, nor are the pods that controllers make.
 */
export function judgeByPolicies({ drafts, kinds, minor }: JudgedByPolicies): readonly Diagnostic[] {
  const manifests = drafts.map(({ manifest }) => manifest);
  const around = surroundingsOf(manifests, kinds);
  const bindings = manifests.filter(isPolicyBinding);
  const policies = drafts.filter(({ manifest }) => isAdmissionPolicy(manifest)).map((draft) => policyOf(draft, minor));
  return policies.flatMap((policy) => {
    const bound = bindings.filter((binding) => stringAt(binding, 'spec', 'policyName') === policy.name);
    return judgeBy(policy, bound, { drafts, around, kinds });
  });
}

interface Context {
  readonly drafts: readonly Draft[];
  readonly around: Surroundings;
  readonly kinds: KindTable;
}

function judgeBy(policy: Policy, bindings: readonly Manifest[], context: Context): readonly Diagnostic[] {
  const invalid = policy.problems.map(({ path, source, problem }): Problem => {
    const message = `the expression ${shownExpression(source)} cannot be evaluated: ${problem}`;
    return { code: 'admission-policy-invalid', message, path, help: 'correct it, or the API server refuses the policy' };
  });
  if (invalid.length > 0) return problemsAbout(policy.draft, invalid);
  const unjudged = new Map<string, string[]>();
  const found = context.drafts.flatMap((draft) => {
    const candidate = context.around.candidate(draft.manifest);
    if (candidate === undefined) return [];
    const judged = bindings.map((binding) => judgeOne({ policy, binding, candidate }, context));
    for (const reason of new Set(judged.flatMap(({ unknown }) => unknown))) {
      unjudged.set(reason, [...(unjudged.get(reason) ?? []), formatRef(refOf(draft.manifest))]);
    }
    return problemsAbout(
      draft,
      judged.flatMap(({ problems }) => problems),
    );
  });
  return [...problemsAbout(policy.draft, [...unjudged].map(notJudged)), ...found];
}

function notJudged([reason, objects]: readonly [string, readonly string[]]): Problem {
  const [first = '', ...others] = objects;
  const which = others.length === 0 ? `\`${first}\` is` : `\`${first}\` and ${others.length} more are`;
  const help =
    'nothing needs to be done: the API server judges them when they are applied; giving the field a value lets them be judged here';
  return { code: 'admission-not-judged', severity: 'warning', message: `${which} not judged by this policy: ${reason}`, path: [], help };
}

interface Case {
  readonly policy: Policy;
  readonly binding: Manifest;
  readonly candidate: Candidate;
}

interface Judgement {
  readonly problems: readonly Problem[];
  /** Why some of it is not judged. */
  readonly unknown: readonly string[];
}

function judgeOne({ policy, binding, candidate }: Case, { around, kinds }: Context): Judgement {
  const match = [matches(policy.constraints, candidate), matches(at(binding, 'spec', 'matchResources'), candidate)];
  if (match.includes(false)) return { problems: [], unknown: [] };
  const unmatched = match.find((one) => typeof one === 'object');
  if (typeof unmatched === 'object') return { problems: [], unknown: [unmatched.unknown] };
  const params = paramsFor(policy, at(binding, 'spec', 'paramRef'), { candidate, around, kinds });
  if ('unknown' in params) return { problems: [], unknown: [params.unknown] };
  const decisions = params.map((param) => decide(policy, inputsFor(candidate, param, around)));
  const messages = new Set(decisions.flatMap(({ denials }) => denials.map(({ message }) => message)));
  const unknown = decisions.flatMap((one) => one.unknown.map(({ source, because }) => `${because}, in ${shownExpression(source)}`));
  return { problems: [...messages].flatMap((message) => problemFor(message, { policy, binding, candidate })), unknown };
}

/** A denial is an error, a warning or neither, as the binding says. */
function problemFor(message: string, { policy, binding }: Case): readonly Problem[] {
  const actions = listAt(binding, 'spec', 'validationActions');
  const help = `the ValidatingAdmissionPolicy \`${policy.name}\` says so, by its binding \`${binding.metadata.name}\``;
  if (actions.includes('Deny')) return [{ code: 'admission-denied', message, path: [], help }];
  return actions.includes('Warn') ? [{ code: 'admission-warned', severity: 'warning', message, path: [], help }] : [];
}

function inputsFor(candidate: Candidate, param: Manifest | null, around: Surroundings): Inputs {
  const values: Readonly<Record<string, () => Value>> = {
    object: () => shownTo(candidate.manifest, around),
    oldObject: () => null,
    params: () => (param === null ? null : shownTo(param, around)),
    request: () => requestFor(candidate),
    namespaceObject: () => namespaceObject(candidate, around),
  };
  const known = new Map<string, Value>();
  return (name) => {
    const value = known.get(name) ?? (values[name] ?? unknownUser)();
    known.set(name, value);
    return value;
  };
}

function unknownUser(): never {
  throw new NotEvaluated('it asks what the user may do');
}

function shownTo(manifest: Manifest, around: Surroundings): Value {
  const { object, knowledge } = around.withDefaults(manifest);
  return seenValue(object, knowledge);
}

function namespaceObject({ kind, namespace }: Candidate, around: Surroundings): Value {
  if (!kind.namespaced) return null;
  if (namespace === '') throw new NotEvaluated(inNoNamespace);
  const manifest = around.namespace(namespace);
  if (manifest === undefined) throw new NotEvaluated(`it looks at the namespace \`${namespace}\`, which is not among the objects`);
  return shownTo(manifest, around);
}

function requestFor({ manifest, kind, namespace }: Candidate): Value {
  const version = versionOf(manifest.apiVersion);
  const ofKind = { group: kind.group, version, kind: kind.kind };
  const ofResource = { group: kind.group, version, resource: kind.plural };
  const request = plainValue({
    kind: ofKind,
    resource: ofResource,
    requestKind: ofKind,
    requestResource: ofResource,
    name: manifest.metadata.name,
    operation: 'CREATE',
    // A Namespace stands in itself, to requests.
    ...(kind.kind === 'Namespace' ? { namespace: manifest.metadata.name } : namespace === '' ? {} : { namespace }),
  });
  const unsure = (key: string): string | undefined =>
    key === 'namespace' && kind.namespaced
      ? inNoNamespace
      : ['userInfo', 'options', 'dryRun', 'uid'].includes(key)
        ? `it looks at \`request.${key}\`, which is not known here`
        : undefined;
  return { ...(request as Extract<Value, { readonly type: 'map' }>), unsure: (key) => unsure(String(key)) };
}
