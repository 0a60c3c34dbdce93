import { hostsAnnotation } from '../../model/declared.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import { readGitUrl } from '../../model/url.ts';
import type { SourceSecret } from '../../ports.ts';
import type { Address } from './address.ts';
import type { SourceCredentials } from './credentials.ts';
import { readSourceSecret, type SecretProblem } from './secret.ts';

/** Who reads the source at `address`, by what a Secret of the cluster says now. Throws the `Failure`s `git-secret-missing` and `git-secret-invalid`. */
export async function credentialsOf(secret: SourceSecret, address: Address, signal: AbortSignal): Promise<SourceCredentials> {
  const content = await secret.read(signal);
  if (content === undefined) throw missing(secret, address);
  const { data, hosts } = content;
  if (hosts !== undefined && !isAmong(hosts, address)) throw elsewhere(secret, address, hosts);
  const decoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
  const reading = readSourceSecret(decoded, address);
  if (reading.status === 'unusable') throw invalid(secret, address, reading.problems);
  return reading.credentials;
}

function missing({ namespace, name }: SourceSecret, { url }: Address): Failure {
  return new Failure('git-secret-missing', `there is no Secret \`${namespace}/${name}\`, by which \`${url}\` is to be read`, {
    help: `create it: \`kubectl --namespace ${namespace} create secret generic ${name} …\`, or name another one`,
    exit: exitCodes.input,
  });
}

/** Whether the server at `address` is one of `hosts`. */
function isAmong(hosts: string, { url }: Address): boolean {
  const remote = readGitUrl(url);
  const named = hosts.split(',').map((host) => host.trim().toLowerCase());
  return typeof remote !== 'string' && named.includes(remote.host);
}

function elsewhere({ namespace, name }: SourceSecret, { url }: Address, hosts: string): Failure {
  const what = `the Secret \`${namespace}/${name}\` is for \`${hosts}\` alone, and \`${url}\` is elsewhere`;
  return new Failure('git-secret-invalid', what, {
    help: `name the host in its annotation \`${hostsAnnotation}\`, or name a Secret for that server`,
    exit: exitCodes.input,
  });
}

function invalid({ namespace, name }: SourceSecret, { url }: Address, problems: readonly SecretProblem[]): Failure {
  const whats = problems.map(({ message }) => message).join('; ');
  const helps = [...new Set(problems.map(({ help }) => help))].join('; ');
  const what = `the Secret \`${namespace}/${name}\` does not say who reads \`${url}\`: ${whats}`;
  return new Failure('git-secret-invalid', what, { help: helps, exit: exitCodes.input });
}
