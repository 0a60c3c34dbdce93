import { Failure } from '../../model/failure.ts';
import type { Credentials } from './credentials.ts';
import { NoAnswer } from './exchange.ts';

/** That a registry does not take who one is. */
export function unauthorized(registry: string, credentials: Credentials | undefined): Failure {
  const help = `log in: \`docker login ${registry}\``;
  return credentials === undefined
    ? new Failure('registry-unauthorized', `\`${registry}\` wants to know who you are, and nobody is logged in there`, { help })
    : new Failure('registry-unauthorized', `\`${registry}\` does not take the credentials that Docker keeps for it`, { help });
}

/** That whoever one is may not read a repository: many registries say so, too, of what there is not. */
export function denied(registry: string, path: string, credentials: Credentials | undefined): Failure {
  return credentials === undefined
    ? new Failure('registry-unauthorized', `\`${registry}\` does not let everybody read \`${path}\`, or there is no such repository`, {
        help: `look at its name, or log in: \`docker login ${registry}\``,
      })
    : new Failure('registry-unauthorized', `\`${registry}\` does not let you read \`${path}\`, or there is no such repository`, {
        help: 'look at its name, and at what your account may read',
      });
}

/** That a server answers with a status that is neither a success nor about who one is. */
export function failedWith(registry: string, { status, url }: { readonly status: number; readonly url: URL }): Failure {
  const who = sender(registry, url.host);
  if (status !== 429) return new Failure('registry-failed', `${who} answers ${status}`);
  return new Failure('registry-failed', `${who} answers nothing for now: it was asked too often`, {
    help: `wait, or log in: \`docker login ${registry}\``,
  });
}

/** That what a registry answers is not what it says; `why` is a clause. */
export function damaged(registry: string, why: string, cause?: NoAnswer): Failure {
  return new Failure('registry-damaged', `what \`${registry}\` answers cannot be trusted: ${why}`, cause === undefined ? {} : { cause });
}

/** Whether an answer was no more than too large. */
export function isTooLarge({ cause }: Failure): boolean {
  return cause instanceof NoAnswer && cause.type === 'large';
}

/** That a registry sends somewhere else, where one would have to say who one is: that is told to nobody but the registry. */
export function sentAway(registry: string, url: URL): Failure {
  return new Failure('registry-insecure', `\`${registry}\` sends to \`${url.host}\`, which wants to know who you are`, {
    help: `name the image as it is called there: \`${url.host}/…\``,
  });
}

/** That there is no answer. */
export function unreachable(registry: string, thrown: NoAnswer): Failure {
  const { host, type, code, proxy } = thrown;
  if (type === 'large') return damaged(registry, thrown.message, thrown);
  const help = helpFor(code, proxy);
  return new Failure('registry-unreachable', `${sender(registry, host)} cannot be asked${whyNot(thrown)}`, {
    cause: thrown,
    ...(help === undefined ? {} : { help }),
  });
}

/** Why there is no answer, for the end of a sentence: ` through the proxy \`proxy:3128\`: nothing listens there`. */
export function whyNot({ message, code, proxy }: NoAnswer): string {
  const through = proxy === undefined ? '' : ` through the proxy \`${proxy}\``;
  return `${through}: ${reasons[code] ?? (message || 'there is no answer')}`;
}

/** Whether it will be no better in a second. */
export function isLasting({ type, code }: NoAnswer): boolean {
  return type !== 'broken' || /^PROXY_4/.test(code) || code === 'ENOTFOUND' || isTls(code) || isUntrusted(code);
}

/** Whether a server answered something that is no TLS. */
export function isTls(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

function isUntrusted(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/.test(code);
}

function helpFor(code: string, proxy: string | undefined): string | undefined {
  if (code === 'PROXY_407')
    return 'write the user and the password of the proxy into its URL: `http://user:password@proxy.example.com:3128`';
  if (code.startsWith('PROXY_')) return 'ask who runs the proxy, or take the registry out of it with `NO_PROXY`';
  const isUnknown = /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
  if (proxy !== undefined) {
    if (isTls(code)) return 'if the proxy itself is asked without TLS, as most are, begin its URL with `http://`';
    return isUnknown ? 'name the certificate of its authority with `NODE_EXTRA_CA_CERTS`' : undefined;
  }
  if (isTls(code)) return 'if it need not be encrypted, name the registry with `--insecure-registry`';
  return isUnknown
    ? 'put the certificate of its authority where Docker looks for it: `/etc/docker/certs.d/<registry>/ca.crt`; or name it with `NODE_EXTRA_CA_CERTS`'
    : undefined;
}

/** The registry, and the other host that it sent to. */
function sender(registry: string, host: string): string {
  return host === registry || registry === 'docker.io' ? `\`${registry}\`` : `\`${host}\`, which \`${registry}\` sends to,`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  EPROTO: 'it does not speak TLS',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'names cannot be resolved now',
};
