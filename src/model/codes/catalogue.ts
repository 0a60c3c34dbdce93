import type { Code, FailureCode, StatusCode } from '../code.ts';
import { bootstrap } from './bootstrap.ts';
import { charts } from './charts.ts';
import { decisions } from './decisions.ts';
import { definitions } from './definitions.ts';
import type { Explanation } from './explanation.ts';
import { expressions } from './expressions.ts';
import { agent } from './failures/agent.ts';
import { cluster } from './failures/cluster.ts';
import { command } from './failures/command.ts';
import { diff } from './failures/diff.ts';
import { download } from './failures/download.ts';
import { forge } from './failures/forge.ts';
import { git } from './failures/git.ts';
import { history } from './failures/history.ts';
import { promote } from './failures/promote.ts';
import { proof } from './failures/proof.ts';
import { proposing } from './failures/proposing.ts';
import { publish } from './failures/publish.ts';
import { registry } from './failures/registry.ts';
import { serving } from './failures/serving.ts';
import { source } from './failures/source.ts';
import { fields } from './fields.ts';
import { files } from './files.ts';
import { health } from './health.ts';
import { identities } from './identities.ts';
import { images } from './images.ts';
import { imports } from './imports.ts';
import { inclusions } from './inclusions.ts';
import { pipelines } from './pipelines.ts';
import { project } from './project.ts';
import { references } from './references.ts';
import { schemas } from './schemas.ts';
import { secrets } from './secrets.ts';
import { status } from './status.ts';
import { types } from './types.ts';

/** Every code with its explanation. Only what tells them loads it: whatever has a code needs no more than the names. */
export const catalogue: Readonly<Record<Code | FailureCode | StatusCode, Explanation>> = {
  ...project,
  ...definitions,
  ...charts,
  ...images,
  ...imports,
  ...inclusions,
  ...decisions,
  ...identities,
  ...fields,
  ...files,
  ...references,
  ...health,
  ...schemas,
  ...expressions,
  ...secrets,
  ...types,
  ...bootstrap,
  ...pipelines,
  ...git,
  ...forge,
  ...cluster,
  ...publish,
  ...promote,
  ...proof,
  ...proposing,
  ...diff,
  ...history,
  ...registry,
  ...source,
  ...agent,
  ...command,
  ...serving,
  ...download,
  ...status,
};
