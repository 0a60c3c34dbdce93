import type { Diagnostic } from '../../../model/diagnostic.ts';
import { minorOf } from '../../../schema/builtin.ts';
import type { Draft } from '../../draft.ts';
import type { PlacedHealth } from '../../health.ts';
import type { KindTable } from '../../served.ts';
import { judgeByPolicies } from './admission/policies.ts';
import { judgeCustomRules } from './custom-rules.ts';
import { judgeHealth } from './health.ts';
import { judgeSelecting } from './selecting.ts';

/** What expressions are judged with. */
export interface Judged {
  readonly drafts: readonly Draft[];
  readonly kinds: KindTable;
  /** The Kubernetes minor of the cluster, `1.35`; '' when it is not known, and then nothing is judged. */
  readonly kubernetes: string;
  /** What tells the health of kinds, where anything does. */
  readonly health?: readonly PlacedHealth[];
}

/**
 * Judges objects by the expressions in CEL that stand among them, and what tells their health. This module is loaded only where there are some, since what
 * evaluates them is large.
 */
export function judgeExpressions({ drafts, kinds, kubernetes, health = [] }: Judged): readonly Diagnostic[] {
  const ofHealth = judgeHealth(drafts, health);
  if (kubernetes === '') return ofHealth;
  const minor = minorOf(kubernetes);
  return [...ofHealth, ...judgeCustomRules(drafts, minor), ...judgeByPolicies({ drafts, kinds, minor }), ...judgeSelecting(drafts, minor)];
}
