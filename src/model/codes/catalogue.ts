import type { Code } from '../code.ts';
import { charts } from './charts.ts';
import { decisions } from './decisions.ts';
import { definitions } from './definitions.ts';
import type { Explanation } from './explanation.ts';
import { expressions } from './expressions.ts';
import { fields } from './fields.ts';
import { files } from './files.ts';
import { identities } from './identities.ts';
import { images } from './images.ts';
import { project } from './project.ts';
import { references } from './references.ts';
import { schemas } from './schemas.ts';
import { secrets } from './secrets.ts';
import { types } from './types.ts';

/** Every code with its explanation. Only what tells them loads it: diagnostics need no more than the names. */
export const catalogue: Readonly<Record<Code, Explanation>> = {
  ...project,
  ...definitions,
  ...charts,
  ...images,
  ...decisions,
  ...identities,
  ...fields,
  ...files,
  ...references,
  ...schemas,
  ...expressions,
  ...secrets,
  ...types,
};
