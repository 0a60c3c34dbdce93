import type { Diagnostic } from '../../model/diagnostic.ts';
import { pointer } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { joined, type Problem } from '../../model/problem.ts';
import { minorOf } from '../../schema/builtin.ts';
import { type Draft, problemsAbout } from '../draft.ts';
import type { KindTable } from '../served.ts';
import { customJudge } from './custom.ts';
import { fieldJudge, type Judge, type JudgeOf } from './fields.ts';
import { judgeIdentities } from './identity.ts';
import { judgeReferences, type Outside } from './references/references.ts';
import { remembered } from './remembered.ts';
import { ruleOf } from './rules/table.ts';
import { type Subject, subjectsOf, type WrittenKind } from './subject.ts';
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
  const subjects = subjectsOf(drafts);
  return [...judgeEach(subjects, kinds, target), ...(outside === undefined ? [] : judgeReferences(subjects, kinds, outside))];
}

/** The same of each object alone, without what must be there beside it. */
export function judgeObjects(drafts: readonly Draft[], kinds: KindTable, target: Pick<Target, 'kubernetes'>): readonly Diagnostic[] {
  return judgeEach(subjectsOf(drafts), kinds, target);
}

function judgeEach(subjects: readonly Subject[], kinds: KindTable, { kubernetes }: Pick<Target, 'kubernetes'>): readonly Diagnostic[] {
  const minor = kubernetes === '' ? undefined : minorOf(kubernetes);
  const judgeOf = remembered(kindJudge(subjects, minor));
  const found = subjects.flatMap(({ draft, manifest, kind }) => problemsAbout(draft, judgeOf(kind)(manifest)));
  return [...judgeIdentities(subjects, kinds, minor), ...found];
}

/** How the objects of a kind are judged: by schemas where the minor is known, and by rules. */
function kindJudge(subjects: readonly Subject[], minor: number | undefined): (kind: WrittenKind) => Judge {
  const bySchema = minor === undefined ? undefined : schemaJudge(subjects, minor);
  return (kind) => {
    const rule = ruleOf(kind.name, minor);
    const judgeSchema = bySchema?.(kind);
    if (judgeSchema === undefined) return (manifest) => rule(manifest, []);
    return (manifest) => {
      const found = judgeSchema(manifest);
      return joined(found, elsewhere(rule(manifest, []), found));
    };
  };
}

function schemaJudge(subjects: readonly Subject[], minor: number): (kind: WrittenKind) => Judge {
  const judgesOf: readonly JudgeOf[] = [fieldJudge(minor), customJudge(subjects, minor)];
  return (kind) => {
    const ofVersion = judgeVersion(kind, minor);
    const judges = judgesOf.flatMap((judgeOf) => judgeOf(kind) ?? []);
    return (manifest: Manifest) => judges.reduce((found, judge) => joined(found, judge(manifest)), ofVersion);
  };
}

/** Those of `problems` that are not about a value of which one of `told` speaks already. */
function elsewhere(problems: readonly Problem[], told: readonly Problem[]): readonly Problem[] {
  if (problems.length === 0 || told.length === 0) return problems;
  const places = new Set(told.map(({ path }) => pointer(path)));
  return problems.filter(({ path }) => !places.has(pointer(path)));
}
