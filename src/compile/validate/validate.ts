import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Draft, problemsAbout } from '../draft.ts';
import type { KindTable } from '../served.ts';
import { judgeIdentities } from './identity.ts';
import { judgeReferences, type Outside } from './references/references.ts';
import { brokenRules } from './rules/table.ts';

/** Judges what is rendered as the API server would: what is found here, it would refuse, or take for something else. */
export function validate(drafts: readonly Draft[], kinds: KindTable, environment: Outside): readonly Diagnostic[] {
  return [
    ...judgeIdentities(drafts, kinds),
    ...drafts.flatMap((draft) => problemsAbout(draft, brokenRules(draft.manifest))),
    ...judgeReferences(drafts, kinds, environment),
  ];
}
