import type { Diagnostic } from '../../../model/diagnostic.ts';
import { minorOf } from '../../../schema/builtin.ts';
import type { Draft } from '../../draft.ts';
import type { KindTable } from '../../served.ts';
import { judgeByPolicies } from './admission/policies.ts';
import { judgeCustomRules } from './custom-rules.ts';
import { judgeSelecting } from './selecting.ts';

/** What expressions are judged with. */
export interface Judged {
  readonly drafts: readonly Draft[];
  readonly kinds: KindTable;
  /** The Kubernetes minor of the cluster, `1.35`; '' when it is not known, and then nothing is judged. */
  readonly kubernetes: string;
}

/**
 * Judges objects by the expressions in CEL that stand among them. This module is loaded only where there are some, since what
 * evaluates them is large.
 */
export function judgeExpressions({ drafts, kinds, kubernetes }: Judged): readonly Diagnostic[] {
  if (kubernetes === '') return [];
  const minor = minorOf(kubernetes);
  return [...judgeCustomRules(drafts, minor), ...judgeByPolicies({ drafts, kinds, minor }), ...judgeSelecting(drafts, minor)];
}
