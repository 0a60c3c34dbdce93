import type { IConstruct } from 'constructs';
import { type CodePoint, whereCalled } from './place.ts';

/** How the agent treats an object, where that is not as usual. */
export interface ManageRules {
  /**
   * Fields that are left to others, as JSON pointers: `/spec/replicas`, `/metadata/annotations/example.com~1note`. An item of a
   * list is named by its index or its `name`. What the manifest says there is only what a new object begins with. These add up
   * with those from farther out. An autoscaler's `/spec/replicas` is left to it without saying so.
   */
  readonly ignore?: readonly string[];
  /** Whether an object that cannot be changed as the branch says is deleted and made anew. Default: never. */
  readonly replace?: 'onImmutableChange' | 'never';
  /** Whether the object stays in the cluster when the environment no longer has it. Default: false. */
  readonly keep?: boolean;
  /**
   * Whether what others add to the object is removed (`strict`) or stays (`shared`). Default: it is removed from kinds and
   * fields that matter for security.
   */
  readonly ownership?: 'strict' | 'shared';
  /**
   * Seconds without progress after which the object counts as failed, or its deletion as stuck. Default: what its kind says, and
   * ten minutes for a deletion.
   */
  readonly progressDeadline?: number;
}

/** What was said about a construct, and where in the code. */
export interface Management {
  readonly rules: ManageRules;
  readonly at: CodePoint;
}

/** The type of the metadata that constructs carry it in: the same in every copy of this package. */
const metadataType = 'lockstep.manage';

/**
 * Tells how the agent treats the object of `construct`, and all objects below it. What is said about a nearer construct goes
 * before what is said about one farther out, field by field; on one construct, what is said later.
 */
export function manage(construct: IConstruct, rules: ManageRules): void {
  construct.node.addMetadata(metadataType, { rules, at: whereCalled(manage) } satisfies Management);
}

/** All that was said about `construct` itself, in the order in which it was said. */
export function managementOf(construct: IConstruct): readonly Management[] {
  return construct.node.metadata.filter(({ type }) => type === metadataType).map(({ data }): Management => data);
}
