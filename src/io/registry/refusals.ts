import { Failure, messageOf } from '../../model/failure.ts';
import type { Credentials } from './credentials.ts';

/** That a registry does not take who one is. */
export function unauthorized(registry: string, credentials: Credentials | undefined): Failure {
  const help = `log in: \`docker login ${registry}\``;
  return credentials === undefined
    ? new Failure('registry-unauthorized', `\`${registry}\` wants to know who you are, and nobody is logged in there`, { help })
    : new Failure('registry-unauthorized', `\`${registry}\` does not take the credentials that Docker keeps for it`, { help });
}

/** That whoever one is may not read a repository. */
export function denied(registry: string, path: string): Failure {
  return new Failure('registry-unauthorized', `\`${registry}\` does not let you read \`${path}\``, {
    help: 'there may be no such repository, or your account may not read it',
  });
}

/** That a registry answers with a status that is neither a success nor about who one is. */
export function failedWith(registry: string, status: number): Failure {
  if (status !== 429) return new Failure('registry-failed', `\`${registry}\` answers ${status}`);
  return new Failure('registry-failed', `\`${registry}\` answers nothing for now: it was asked too often`, {
    help: `wait, or log in: \`docker login ${registry}\``,
  });
}

/** That what a registry answers is not what it says; `why` is a clause. */
export function damaged(registry: string, why: string): Failure {
  return new Failure('registry-damaged', `what \`${registry}\` answers cannot be trusted: ${why}`);
}

/** That there is no answer. */
export function unreachable(registry: string, thrown: unknown): Failure {
  const help = 'put the certificate of its authority where Docker looks for it, or name it in `NODE_EXTRA_CA_CERTS`';
  return new Failure('registry-unreachable', `\`${registry}\` cannot be asked: ${reasonOf(thrown)}`, {
    cause: thrown,
    ...(isUntrusted(thrown) ? { help } : {}),
  });
}

/** Whether it will be no better in a second: there is no such host, or nobody trusts its certificate. */
export function isLasting(thrown: unknown): boolean {
  return errorCode(thrown) === 'ENOTFOUND' || isUntrusted(thrown);
}

function isUntrusted(thrown: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(errorCode(thrown));
}

/** What Node calls an error of the network or of TLS; '' where it is none. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'names cannot be resolved now',
};

function reasonOf(thrown: unknown): string {
  return reasons[errorCode(thrown)] ?? (messageOf(thrown) || 'there is no answer');
}
