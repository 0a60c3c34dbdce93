import type { Diagnostic } from '../../model/diagnostic.ts';
import { pointer } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { minorOf } from '../../schema/builtin.ts';
import { type Draft, problemsAbout } from '../draft.ts';
import type { KindTable } from '../served.ts';
import { customJudge } from './custom.ts';
import { type FieldJudge, fieldJudge } from './fields.ts';
import { judgeIdentities } from './identity.ts';
import { judgeReferences, type Outside } from './references/references.ts';
import { brokenRules } from './rules/table.ts';
import { judgeVersion } from './versions.ts';

/** What objects are judged against. */
export interface Target {
  /** The Kubernetes minor of the cluster, `1.35`; '' when it is not known, and then nothing is judged that depends on it. */
  readonly kubernetes: string;
  /** What is told of the world outside the drafts; undefined when some are missing, and then references are not judged. */
  readonly outside: Outside | undefined;
}

/** Judges what is rendered as the API server would: what is found here, it would refuse, or take for something else. */
export function validate(drafts: readonly Draft[], kinds: KindTable, target: Target): readonly Diagnostic[] {
  const { outside } = target;
  return [...judgeObjects(drafts, kinds, target), ...(outside === undefined ? [] : judgeReferences(drafts, kinds, outside))];
}

/** The same of each object alone, without what must be there beside it. */
export function judgeObjects(
  drafts: readonly Draft[],
  kinds: KindTable,
  { kubernetes }: Pick<Target, 'kubernetes'>,
): readonly Diagnostic[] {
  const minor = kubernetes === '' ? undefined : minorOf(kubernetes);
  const judgeSchema = minor === undefined ? () => [] : schemaJudge(drafts, minor);
  return [
    ...judgeIdentities(drafts, kinds, minor),
    ...drafts.flatMap((draft) => {
      const { manifest } = draft;
      const found = judgeSchema(manifest);
      return problemsAbout(draft, [...found, ...elsewhere(brokenRules(manifest, minor), found)]);
    }),
  ];
}

function schemaJudge(drafts: readonly Draft[], minor: number): FieldJudge {
  const judgeFields = fieldJudge(minor);
  const judgeCustom = customJudge(
    drafts.map(({ manifest }) => manifest),
    minor,
  );
  return (manifest) => [...judgeVersion(manifest, minor), ...judgeFields(manifest), ...judgeCustom(manifest)];
}

/** Those of `problems` that are not about a value of which one of `told` speaks already. */
function elsewhere(problems: readonly Problem[], told: readonly Problem[]): readonly Problem[] {
  if (problems.length === 0 || told.length === 0) return problems;
  const places = new Set(told.map(({ path }) => pointer(path)));
  return problems.filter(({ path }) => !places.has(pointer(path)));
}
