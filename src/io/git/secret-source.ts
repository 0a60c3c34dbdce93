import { exitCodes, Failure } from '../../model/failure.ts';
import type { SourceSecret } from '../../ports.ts';
import type { Address } from './address.ts';
import type { SourceCredentials } from './credentials.ts';
import { readSourceSecret, type SecretProblem } from './secret.ts';

/** Who reads the source at `address`, by what a Secret of the cluster says now. Throws the `Failure`s `git-secret-missing` and `git-secret-invalid`. */
export async function credentialsOf(secret: SourceSecret, address: Address, signal: AbortSignal): Promise<SourceCredentials> {
  const data = await secret.data(signal);
  if (data === undefined) throw missing(secret, address);
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

function invalid({ namespace, name }: SourceSecret, { url }: Address, problems: readonly SecretProblem[]): Failure {
  const whats = problems.map(({ message }) => message).join('; ');
  const helps = [...new Set(problems.map(({ help }) => help))].join('; ');
  const what = `the Secret \`${namespace}/${name}\` does not say who reads \`${url}\`: ${whats}`;
  return new Failure('git-secret-invalid', what, { help: helps, exit: exitCodes.input });
}
