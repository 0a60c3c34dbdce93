import type { bootstrap } from './codes/bootstrap.ts';
import type { charts } from './codes/charts.ts';
import type { decisions } from './codes/decisions.ts';
import type { definitions } from './codes/definitions.ts';
import type { expressions } from './codes/expressions.ts';
import type { agent } from './codes/failures/agent.ts';
import type { cluster } from './codes/failures/cluster.ts';
import type { command } from './codes/failures/command.ts';
import type { diff } from './codes/failures/diff.ts';
import type { download } from './codes/failures/download.ts';
import type { forge } from './codes/failures/forge.ts';
import type { git } from './codes/failures/git.ts';
import type { history } from './codes/failures/history.ts';
import type { promote } from './codes/failures/promote.ts';
import type { proof } from './codes/failures/proof.ts';
import type { proposing } from './codes/failures/proposing.ts';
import type { publish } from './codes/failures/publish.ts';
import type { registry } from './codes/failures/registry.ts';
import type { serving } from './codes/failures/serving.ts';
import type { source } from './codes/failures/source.ts';
import type { fields } from './codes/fields.ts';
import type { files } from './codes/files.ts';
import type { health } from './codes/health.ts';
import type { identities } from './codes/identities.ts';
import type { images } from './codes/images.ts';
import type { imports } from './codes/imports.ts';
import type { inclusions } from './codes/inclusions.ts';
import type { pipelines } from './codes/pipelines.ts';
import type { project } from './codes/project.ts';
import type { references } from './codes/references.ts';
import type { schemas } from './codes/schemas.ts';
import type { secrets } from './codes/secrets.ts';
import type { status } from './codes/status.ts';
import type { types } from './codes/types.ts';

/**
 * A code that Lockstep itself gives to what is wrong: stable, for people and scripts. There is none without an explanation,
 * since the codes are the keys of the explanations.
 *
 * To add one, write its entry into the file of its area in `codes/`. A new area is a new file there: an object of entries
 * `as const satisfies Explanations`, named here and in `codes/catalogue.ts`.
 */
export type Code =
  | keyof typeof project
  | keyof typeof definitions
  | keyof typeof charts
  | keyof typeof images
  | keyof typeof imports
  | keyof typeof inclusions
  | keyof typeof decisions
  | keyof typeof expressions
  | keyof typeof identities
  | keyof typeof fields
  | keyof typeof health
  | keyof typeof files
  | keyof typeof references
  | keyof typeof schemas
  | keyof typeof secrets
  | keyof typeof types
  | keyof typeof pipelines
  | keyof typeof bootstrap;

/**
 * A code that Lockstep gives to what keeps it from its work: that of a `Failure`, or of an agent's refusal. It has an
 * explanation as the code of a diagnostic has one, in `codes/failures/`.
 */
export type FailureCode =
  | keyof typeof git
  | keyof typeof forge
  | keyof typeof cluster
  | keyof typeof publish
  | keyof typeof promote
  | keyof typeof proof
  | keyof typeof proposing
  | keyof typeof diff
  | keyof typeof history
  | keyof typeof agent
  | keyof typeof command
  | keyof typeof download
  | keyof typeof registry
  | keyof typeof source
  | keyof typeof serving;

/** A code that explains how an environment does: the condition's reason `HealthPending` is `health-pending`. */
export type StatusCode = keyof typeof status;

/** A code as the reason of a condition, for which Kubernetes has words in one: `DeletionBudget` for `deletion-budget`. */
export type ReasonOf<C extends string> = C extends `${infer Word}-${infer Rest}` ? `${Capitalize<Word>}${ReasonOf<Rest>}` : Capitalize<C>;

/** The code of what a policy found: `policy/<name>`, or `policy/<pack>/<rule>` of a built-in pack. */
export type PolicyCode = `policy/${string}`;
