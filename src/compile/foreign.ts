import type { Diagnostic } from '../model/diagnostic.ts';
import { keysOfPointer } from '../model/json.ts';
import { usualRules } from '../model/rendered.ts';
import type { Draft } from './draft.ts';
import type { AppliedPolicy } from './exceptions.ts';
import { type ForeignObject, renderFirst } from './foreign-objects.ts';
import { enforce } from './policies.ts';
import type { ResolvedEnvironment } from './resolve.ts';
import { kindsServed } from './served.ts';
import type { Judged } from './validate/expressions/judge.ts';
import { secretHelp, secretHelpInFiles } from './validate/secrets/finding.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, judgeSecrets, secretsOf } from './validate/secrets/secrets.ts';
import { validate } from './validate/validate.ts';

/** What objects of somebody else are judged against: an environment, or a version of Kubernetes and policies. */
export type ForeignTarget = { readonly root: string } & (
  | { readonly environment: ResolvedEnvironment }
  | {
      readonly environment?: never;
      readonly kubernetes: string;
      readonly policies: readonly AppliedPolicy[];
      /** Whether the objects are all that there is: then what they name has to be among them. */
      readonly isComplete: boolean;
    }
);

/** Judges objects by the expressions in CEL among them. */
export type JudgeExpressions = (judged: Judged) => readonly Diagnostic[];

/**
 * Judges objects that no chart made as those of an environment are judged; `judgeExpressions` is needed where some of them have
 * expressions. Where no environment says what there is beside them, nothing is said of it, and what only Lockstep does not do is a
 * warning: the API server would take it.
 */
export function judgeForeign(
  objects: readonly ForeignObject[],
  target: ForeignTarget,
  judgeExpressions: JudgeExpressions | undefined,
): readonly Diagnostic[] {
  const drafts = objects.map(draftOf);
  const kinds = kindsServed(drafts.map(({ manifest }) => manifest));
  const leaks = findSecrets(drafts);
  const { environment, root } = target;
  const { kubernetes } = environment ?? target;
  const inExpressions = judgeExpressions?.({ drafts, kinds, kubernetes }) ?? [];
  const found =
    environment === undefined
      ? [
          ...[...validate(drafts, kinds, { kubernetes, outside: outsideOf(target) }), ...judgeSecrets(leaks, nothingSaid)].map(softened),
          ...enforce(drafts, { ...target, env: { name: '', cluster: '', kubernetes, locksImages: false }, at: {} }),
        ]
      : [
          ...validate(drafts, kinds, { kubernetes, outside: environment }),
          ...judgeSecrets(leaks, environment),
          ...enforce(drafts, { ...environment, env: { ...environment, locksImages: false }, root }),
        ];
  const told = [...found, ...inExpressions].filter(({ code }) => !aboutAll.has(code)).map(withoutCharts);
  return told.length === 0 ? [] : withoutSecrets(told.map(placer(objects)), secretsOf(leaks));
}

/** What there is beside objects: nothing, when they are told to be all, or nobody knows. */
function outsideOf({ isComplete }: { readonly isComplete: boolean }): Parameters<typeof validate>[2]['outside'] {
  return isComplete ? { external: [], handOver: [], removed: undefined } : undefined;
}

/** What is told of an environment that has all its objects; and a namespace may be given, or made, when objects are applied. */
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
  'namespace-absent': 'note',
  'secret-in-clear': 'warning',
  'secret-token': 'warning',
  'secret-literal': 'warning',
};

const reference = 'check what has it, too, or leave out `--complete`';

/** What to do where there is no environment that could be changed. */
const helps: Readonly<Partial<Record<Diagnostic['code'], string>>> = {
  'kind-unknown': 'check its CustomResourceDefinition with it, and its fields are judged, too',
  'reference-missing': reference,
  'namespace-absent': 'make it before they are applied',
  'key-missing': reference,
  'port-missing': reference,
  'selects-nothing': 'check the pods, too, or leave out `--complete`',
};

/** How a help begins that knows what may be meant. */
const meant = /^did you mean `[^`]*`\? if not, /;

function softened(diagnostic: Diagnostic): Diagnostic {
  const otherwise = diagnostic.help === secretHelp ? secretHelpInFiles : helps[diagnostic.code];
  const severity = taken[diagnostic.code];
  if (otherwise !== undefined) {
    const help = `${meant.exec(diagnostic.help ?? '')?.[0] ?? ''}${otherwise}`;
    return { ...diagnostic, help, ...(severity === undefined ? {} : { severity }) };
  }
  return severity === undefined ? diagnostic : { ...diagnostic, severity };
}

/** What there is to do about these is to be done in a chart. */
const inCharts: ReadonlySet<Diagnostic['code']> = new Set(['name-invalid', 'duplicate-object']);

function withoutCharts(diagnostic: Diagnostic): Diagnostic {
  if (!inCharts.has(diagnostic.code)) return diagnostic;
  const isTemplate = diagnostic.code === 'name-invalid' && /\{\{|\$\{/.test(diagnostic.at.object?.name ?? '');
  return { ...withoutHelp(diagnostic), ...(isTemplate ? { help: renderFirst } : {}) };
}

function withoutHelp({ help: _, ...diagnostic }: Diagnostic): Diagnostic {
  return diagnostic;
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
    return object === undefined ? diagnostic : { ...diagnostic, at: { ...at, ...object.positionOf(keysOfPointer(at.pointer ?? '')) } };
  };
}

function placeKey({ file, line, column }: Diagnostic['at']): string {
  return JSON.stringify([file, line, column]);
}
