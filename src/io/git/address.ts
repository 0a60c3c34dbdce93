import { resolve } from 'node:path';
import { exitCodes, Failure } from '../../model/failure.ts';
import { type GitUrlFault, readGitUrl, shownUrl } from '../../model/url.ts';

/** How a remote is talked to. */
export type Protocol = 'https' | 'http' | 'ssh' | 'file';

/** The address of a remote that an agent may follow. */
export interface Address {
  readonly url: string;
  readonly protocol: Protocol;
}

/** How addresses are read. */
export interface AddressRules {
  /** The folder that a path beginning with `.` starts from; without it only absolute paths are taken. */
  readonly base?: string;
}

/**
 * Reads the address of a remote: what `readGitUrl` takes, `host:path` as the settings of ssh have it, a file URL, or a path that begins
 * with `/` or `.`. Throws a `Failure` of input for anything else, for credentials inside (they would end up in process lists and logs),
 * and for http to another machine.
 */
export function parseAddress(url: string, { base }: AddressRules = {}): Address {
  if (base !== undefined && /^\.{1,2}($|\/)/.test(url)) return { url: resolve(base, url), protocol: 'file' };
  if (url.startsWith('/')) return { url, protocol: 'file' };
  const remote = readGitUrl(url);
  if (typeof remote !== 'string') return { url, protocol: remote.protocol };
  const isPrintable = [...url].every((character) => character > ' ' && character !== '\u007f');
  if (remote === 'unsupported' && isPrintable && /^file:\/\//.test(url) && URL.canParse(url)) return { url, protocol: 'file' };
  if (remote === 'unsupported' && isPrintable && /^[^@/:-][^@/:]*:(?!:|\/\/)./.test(url)) return { url, protocol: 'ssh' };
  throw refused(url, remote);
}

/** Throws a `Failure` of input for a path or a file URL: whoever may name a source for an agent may not look at its disk by that. */
export function requireNetwork({ url, protocol }: Address): void {
  if (protocol !== 'file') return;
  throw new Failure('git-url-unsupported', `the URL of the repository, \`${url}\`, is a path on the machine of the agent`, {
    help: 'give an https or ssh URL',
    exit: exitCodes.input,
  });
}

/** `text` with the user names and passwords of all URLs in it taken out. */
export function withoutUserinfo(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s'"]*@/gi, '$1');
}

/** The server of an http or https URL, as git's `http.<url>.*` settings name it. */
export function serverOf(url: string): string {
  return `${new URL(url).origin}/`;
}

function refused(url: string, fault: GitUrlFault): Failure {
  const shown = shownUrl(url);
  switch (fault) {
    case 'credentials':
      return new Failure('git-url-credentials', `the URL of the repository, \`${shown}\`, holds credentials`, {
        help: 'take them out of the URL and hand them over as credentials',
        exit: exitCodes.input,
      });
    case 'unencrypted':
      return new Failure('git-url-unencrypted', `\`${shown}\` is not encrypted: whoever is in between could change what is applied`, {
        help: 'use https or ssh',
        exit: exitCodes.input,
      });
    case 'unsupported':
      return new Failure('git-url-unsupported', `the URL of the repository, ${JSON.stringify(shown)}, is none that can be followed`, {
        help: 'give an https or ssh URL, `user@host:path`, or a path that begins with `/` or `./`',
        exit: exitCodes.input,
      });
  }
}
