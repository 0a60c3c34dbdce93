import type { charts } from './codes/charts.ts';
import type { decisions } from './codes/decisions.ts';
import type { definitions } from './codes/definitions.ts';
import type { expressions } from './codes/expressions.ts';
import type { fields } from './codes/fields.ts';
import type { files } from './codes/files.ts';
import type { identities } from './codes/identities.ts';
import type { images } from './codes/images.ts';
import type { project } from './codes/project.ts';
import type { references } from './codes/references.ts';
import type { schemas } from './codes/schemas.ts';
import type { secrets } from './codes/secrets.ts';
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
  | keyof typeof decisions
  | keyof typeof expressions
  | keyof typeof identities
  | keyof typeof fields
  | keyof typeof files
  | keyof typeof references
  | keyof typeof schemas
  | keyof typeof secrets
  | keyof typeof types;

/** The code of what a policy found: `policy/<name>`, or `policy/<pack>/<rule>` of a built-in pack. */
export type PolicyCode = `policy/${string}`;
