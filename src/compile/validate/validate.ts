import type { Diagnostic } from '../../model/diagnostic.ts';
import { minorOf } from '../../schema/builtin.ts';
import { type Draft, problemsAbout } from '../draft.ts';
import type { KindTable } from '../served.ts';
import { customJudge } from './custom.ts';
import { fieldJudge } from './fields.ts';
import { judgeIdentities } from './identity.ts';
import { judgeReferences, type Outside } from './references/references.ts';
import { brokenRules } from './rules/table.ts';
import { judgeVersion } from './versions.ts';

/** What objects are judged against. */
export interface Target extends Outside {
  /** The Kubernetes minor of the cluster, `1.35`; '' when it is not known, and then nothing is judged that depends on it. */
  readonly kubernetes: string;
}

/** Judges what is rendered as the API server would: what is found here, it would refuse, or take for something else. */
export function validate(drafts: readonly Draft[], kinds: KindTable, target: Target): readonly Diagnostic[] {
  return [...judgeObjects(drafts, kinds, target), ...judgeReferences(drafts, kinds, target)];
}

/** The same of each object alone, without what must be there beside it. */
export function judgeObjects(
  drafts: readonly Draft[],
  kinds: KindTable,
  { kubernetes }: Pick<Target, 'kubernetes'>,
): readonly Diagnostic[] {
  return [
    ...judgeIdentities(drafts, kinds),
    ...(kubernetes === '' ? [] : judgeSchemas(drafts, minorOf(kubernetes))),
    ...drafts.flatMap((draft) => problemsAbout(draft, brokenRules(draft.manifest))),
  ];
}

function judgeSchemas(drafts: readonly Draft[], minor: number): readonly Diagnostic[] {
  const judgeFields = fieldJudge(minor);
  const judgeCustom = customJudge(
    drafts.map(({ manifest }) => manifest),
    minor,
  );
  return drafts.flatMap((draft) => {
    const { manifest } = draft;
    return problemsAbout(draft, [...judgeVersion(manifest, minor), ...judgeFields(manifest), ...judgeCustom(manifest)]);
  });
}
