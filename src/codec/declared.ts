import { managerOf } from '../model/applyset.ts';
import type { DeclaredCondition, DeclaredEnvironment, EnvironmentSpec, Report, Suspension } from '../model/declared.ts';
import { durationIn } from '../model/duration.ts';
import { forgeTypes } from '../model/forge.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import { sharedBranchFault } from '../model/rendered-place.ts';
import { forgeUrlPattern, type GitUrlFault, readGitUrl, shownUrl } from '../model/url.ts';

/** How often a branch is looked at when nothing else is said, in milliseconds. */
const usualInterval = 15_000;

/** The shortest time between two looks at a branch, in milliseconds. */
const shortestInterval = 1_000;

/**
 * An object `Environment` as the API server holds it. Its schema was checked there, perhaps by that of another version of the definition,
 * or by none when it is changed: what is not as expected is told as the problem of its spec.
 */
export function readDeclared(object: LiveObject): DeclaredEnvironment {
  const { name, namespace = '', uid, generation = 0, deletionTimestamp, finalizers = [] } = object.metadata;
  return {
    name,
    namespace,
    uid,
    generation,
    deleting: deletionTimestamp !== undefined,
    finalizers,
    spec: specOf(objectAt(object, 'spec'), { name, namespace }),
    status: objectAt(object.status),
    conditions: listAt(object.status, 'conditions').filter(isObject).map(conditionOf),
  };
}

function specOf(spec: JsonObject, own: { readonly name: string; readonly namespace: string }): DeclaredEnvironment['spec'] {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(own.name))
    return { problem: `\`metadata.name\` is "${own.name}", and an environment's name is of lower-case letters, digits and \`-\`` };
  const url = stringAt(spec, 'source', 'url');
  if (url === undefined || url === '') return { problem: '`spec.source.url` is missing: the repository of the rendered branch' };
  const remote = readGitUrl(url);
  if (typeof remote === 'string') return { problem: urlProblem(url, remote) };
  const branch = stringAt(spec, 'source', 'branch');
  // Without it another branch would be followed: none that is not understood is passed over.
  const given = objectAt(spec, 'source')['branch'];
  if (given !== undefined && given !== null && (branch === undefined || sharedBranchFault(branch) !== undefined))
    return {
      problem: `\`spec.source.branch\` is ${JSON.stringify(given)}: expected a branch that environments share, such as \`environments/fleet\``,
    };
  const interval = intervalOf(spec['source']);
  if (interval === undefined)
    return {
      problem: `\`spec.source.interval\` is ${JSON.stringify(objectAt(spec, 'source')['interval'])}: expected 1s at least, such as 15s`,
    };
  const serviceAccountName = stringAt(spec, 'serviceAccountName') ?? managerOf(own.name);
  if (!isAccountOf(serviceAccountName, own.name))
    return {
      problem: `\`spec.serviceAccountName\` is "${serviceAccountName}": expected \`${managerOf(own.name)}\`, or a name that begins with \`${managerOf(own.name)}.\``,
    };
  const suspend = suspensionOf(spec['suspend']);
  if (suspend !== undefined && 'problem' in suspend) return suspend;
  const signers = signersOf(objectAt(spec, 'source')['signers']);
  if ('problem' in signers) return signers;
  const report = reportOf(spec);
  if (report !== undefined && 'problem' in report) return report;
  const onDelete = stringAt(spec, 'onDelete') ?? 'keep';
  if (onDelete !== 'keep' && onDelete !== 'prune') return { problem: `\`spec.onDelete\` is "${onDelete}": expected \`keep\` or \`prune\`` };
  const mode = stringAt(spec, 'mode') ?? 'sync';
  if (mode !== 'sync' && mode !== 'plan') return { problem: `\`spec.mode\` is "${mode}": expected \`sync\` or \`plan\`` };
  const read: EnvironmentSpec = {
    source: { url, branch, secretName: stringAt(spec, 'source', 'secretName'), interval, ...signers },
    report,
    serviceAccountName,
    mode,
    onDelete,
    suspend,
    dependsOn: listAt(spec, 'dependsOn').map((one) => ({
      namespace: stringAt(one, 'namespace') ?? own.namespace,
      name: stringAt(one, 'name') ?? '',
    })),
  };
  return read;
}

function urlProblem(url: string, fault: GitUrlFault): string {
  const what = `\`spec.source.url\` is \`${shownUrl(url)}\``;
  switch (fault) {
    case 'credentials':
      return `${what}, with credentials in it: they stand in the Secret that \`spec.source.secretName\` names`;
    case 'unencrypted':
      return `${what}, and whoever is in between could change what is applied: use https or ssh`;
    case 'unsupported':
      return `${what}: expected \`https://host/path\`, \`ssh://user@host/path\` or \`user@host:path\``;
  }
}

/**
 * Whoever may write one object `Environment` must not get the rights of all others in its namespace. No name of an environment has a dot,
 * so that the accounts of `dev` are none of `dev-eu`.
 */
function isAccountOf(account: string, environment: string): boolean {
  const own = managerOf(environment);
  return account === own || account.startsWith(`${own}.`);
}

/** Milliseconds of a duration as Kubernetes writes them: `15s`, `1m30s`. */
function intervalOf(source: Json | undefined): number | undefined {
  const text = stringAt(source, 'interval');
  if (text === undefined) return objectAt(source)['interval'] === undefined ? usualInterval : undefined;
  const parts = text.match(/\d+\D*|\D+/g) ?? [];
  const sum = parts.reduce((all, part) => all + (durationIn(part, ['ms', 's', 'm', 'h']) ?? Number.NaN), 0);
  return sum >= shortestInterval ? sum : undefined;
}

function reportOf(spec: JsonObject): Report | { readonly problem: string } | undefined {
  const report = spec['report'];
  if (report === undefined || report === null) return undefined;
  const { forge: type, url } = objectAt(report);
  const forge = forgeTypes.find((one) => one === type);
  if (forge === undefined) return { problem: `\`spec.report.forge\` is ${JSON.stringify(type)}: expected one of ${forgeTypes.join(', ')}` };
  // Whoever is in between could take the token.
  if (url !== undefined && !(typeof url === 'string' && new RegExp(forgeUrlPattern).test(url)))
    return { problem: `\`spec.report.url\` is \`${shownUrl(String(url))}\`: expected what the pages of the forge begin with, by https` };
  const secretName = stringAt(report, 'secretName') ?? stringAt(spec, 'source', 'secretName');
  if (secretName === undefined)
    return { problem: '`spec.report.secretName` is missing: the Secret that holds a token, as `spec.source` names none' };
  return { forge, url, secretName };
}

/** Who wants that somebody signs does not mean that nobody has to, whatever slip there is. */
function signersOf(signers: Json | undefined): Pick<EnvironmentSpec['source'], 'signersName'> | { readonly problem: string } {
  if (signers === undefined || signers === null) return { signersName: undefined };
  const signersName = stringAt(signers, 'configMapName');
  return signersName === undefined || signersName === ''
    ? { problem: '`spec.source.signers.configMapName` is missing: the ConfigMap that names those who may sign' }
    : { signersName };
}

function suspensionOf(suspend: Json | undefined): Suspension | { readonly problem: string } | undefined {
  if (suspend === undefined || suspend === null) return undefined;
  const until = stringAt(suspend, 'until');
  // What somebody suspended goes on for nobody's mistake.
  if (until !== undefined && Number.isNaN(Date.parse(until)))
    return { problem: `\`spec.suspend.until\` is "${until}": expected a time, such as \`2027-05-01T18:00:00Z\`` };
  return { reason: stringAt(suspend, 'reason') ?? 'no reason is given', by: stringAt(suspend, 'by'), until };
}

function conditionOf(condition: JsonObject): DeclaredCondition {
  const text = (key: string): string => stringAt(condition, key) ?? '';
  return {
    type: text('type'),
    status: text('status'),
    reason: text('reason'),
    message: text('message'),
    lastTransitionTime: text('lastTransitionTime'),
    observedGeneration: numberAt(condition, 'observedGeneration') ?? 0,
  };
}
