import type { Diagnostic } from '../model/diagnostic.ts';
import type { Path } from '../model/json.ts';
import { usualRules } from '../model/rendered.ts';
import type { Draft } from './draft.ts';
import type { AppliedPolicy } from './exceptions.ts';
import type { ForeignObject } from './foreign-objects.ts';
import { enforce } from './policies.ts';
import type { ResolvedEnvironment } from './resolve.ts';
import { kindsServed } from './served.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, judgeSecrets, secretsOf } from './validate/secrets/secrets.ts';
import { judgeObjects, validate } from './validate/validate.ts';

/** What objects of somebody else are judged against: an environment, or a version of Kubernetes and policies. */
export type ForeignTarget =
  | { readonly environment: ResolvedEnvironment; readonly root: string }
  | { readonly environment?: never; readonly kubernetes: string; readonly policies: readonly AppliedPolicy[]; readonly root: string };

/**
 * Judges objects that no chart made as those of an environment are judged. Where no environment says what there is beside them,
 * nothing is said of it, and what only Lockstep does not do is a warning: the API server would take it.
 */
export function judgeForeign(objects: readonly ForeignObject[], target: ForeignTarget): readonly Diagnostic[] {
  const drafts = objects.map(draftOf);
  const kinds = kindsServed(drafts.map(({ manifest }) => manifest));
  const leaks = findSecrets(drafts);
  const { environment, root } = target;
  const found =
    environment === undefined
      ? [
          ...[...judgeObjects(drafts, kinds, target), ...judgeSecrets(leaks, nothingSaid)].map(softened),
          ...enforce(drafts, { ...target, env: { name: '', cluster: '', kubernetes: target.kubernetes }, at: {} }),
        ]
      : [
          ...validate(drafts, kinds, { kubernetes: environment.kubernetes, outside: environment }),
          ...judgeSecrets(leaks, environment),
          ...enforce(drafts, { ...environment, env: environment, root }),
        ];
  const meant = found.filter(({ code }) => !aboutAll.has(code));
  return meant.length === 0 ? [] : withoutSecrets(meant.map(placer(objects)), secretsOf(leaks));
}

/** What is told of an environment that has all its objects; and a namespace may be given when objects are applied. */
const aboutAll: ReadonlySet<Diagnostic['code']> = new Set([
  'namespace-missing',
  'allowed-secret-unused',
  'exception-unused',
  'external-unused',
]);

const nothingSaid = { allowedSecrets: [], adopt: [], approvals: [], removed: undefined, at: {} };

/** What the API server takes, or may not be meant to be applied together: the same object in two overlays, for one. */
const taken: Readonly<Partial<Record<Diagnostic['code'], 'warning' | 'note'>>> = {
  'duplicate-object': 'warning',
  'namespace-on-cluster-scoped': 'warning',
  'kind-unknown': 'note',
  'secret-in-clear': 'warning',
  'secret-token': 'warning',
  'secret-literal': 'warning',
};

function softened(diagnostic: Diagnostic): Diagnostic {
  const severity = taken[diagnostic.code];
  if (severity === undefined) return diagnostic;
  const { help, ...rest } = diagnostic;
  // There is no agent that would need rights.
  return { ...rest, severity, ...(help === undefined || diagnostic.code === 'kind-unknown' ? {} : { help }) };
}

function draftOf({ manifest, file, positionOf }: ForeignObject): Draft {
  const place = { file, ...positionOf([]) };
  return { manifest, construct: file, chart: { name: '', slice: '' }, dependsOn: [], rules: usualRules, place: () => place };
}

/** Moves diagnostics from the line where an object begins to that of the field. */
function placer(objects: readonly ForeignObject[]): (diagnostic: Diagnostic) => Diagnostic {
  const byPlace = new Map(objects.map((object) => [placeKey({ file: object.file, ...object.positionOf([]) }), object]));
  return (diagnostic) => {
    const { at } = diagnostic;
    const object = at.pointer === undefined ? undefined : byPlace.get(placeKey(at));
    return object === undefined ? diagnostic : { ...diagnostic, at: { ...at, ...object.positionOf(pathOf(at.pointer ?? '')) } };
  };
}

function placeKey({ file, line, column }: Diagnostic['at']): string {
  return JSON.stringify([file, line, column]);
}

/** The keys of a JSON pointer (RFC 6901). */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
