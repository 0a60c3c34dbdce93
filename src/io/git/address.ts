import { resolve } from 'node:path';
import { exitCodes, Failure } from '../../model/failure.ts';
import { isLoopback } from '../../model/url.ts';

/** How a remote is talked to. */
export type Protocol = 'https' | 'http' | 'ssh' | 'file';

/** The address of a remote that an agent may follow. */
export interface Address {
  readonly url: string;
  readonly protocol: Protocol;
}

const schemes: Readonly<Record<string, Protocol>> = { 'https:': 'https', 'http:': 'http', 'ssh:': 'ssh', 'file:': 'file' };

/** How addresses are read. */
export interface AddressRules {
  /** The folder that a path beginning with `.` starts from; without it only absolute paths are taken. */
  readonly base?: string;
}

/**
 * Reads the address of a remote: an https, ssh, http or file URL, `user@host:path`, or a path that begins with `/` or `.`.
 * Throws a `Failure` of input for anything else, for credentials inside (they would end up in process lists and logs),
 * and for http to another machine.
 */
export function parseAddress(url: string, { base }: AddressRules = {}): Address {
  if (base !== undefined && /^\.{1,2}($|\/)/.test(url)) return { url: resolve(base, url), protocol: 'file' };
  if (url.startsWith('/')) return { url, protocol: 'file' };
  if (url.startsWith('-') || hasControlCharacter(url)) throw unsupported('the URL of the repository is not a URL');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return parseUrl(url);
  if (/^([^@/:\s-][^@/:\s]*@)?[^@/:\s-][^@/:\s]*:(?!:)\S/.test(url)) return { url, protocol: 'ssh' };
  throw unsupported(`the URL of the repository, \`${withoutUserinfo(url)}\`, is neither a URL nor a path`);
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

function parseUrl(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = parsed && schemes[parsed.protocol];
  if (parsed === undefined || protocol === undefined)
    throw unsupported(`the URL of the repository, \`${withoutUserinfo(url)}\`, is not supported`);
  if (parsed.password !== '' || (parsed.username !== '' && protocol !== 'ssh')) throw holdsCredentials(url);
  if (parsed.hostname.startsWith('-')) throw unsupported('the host in the URL of the repository begins with `-`');
  if (protocol === 'http' && !isLoopback(parsed.hostname)) throw notEncrypted(url);
  return { url, protocol };
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character <= ' ' || character === '\u007f');
}

function unsupported(message: string): Failure {
  return new Failure('git-url-unsupported', message, {
    help: 'give an https or ssh URL, `user@host:path`, or a path that begins with `/` or `./`',
    exit: exitCodes.input,
  });
}

function holdsCredentials(url: string): Failure {
  return new Failure('git-url-credentials', `the URL of the repository, \`${withoutUserinfo(url)}\`, holds credentials`, {
    help: 'take them out of the URL and hand them over as credentials',
    exit: exitCodes.input,
  });
}

function notEncrypted(url: string): Failure {
  return new Failure('git-url-unencrypted', `\`${url}\` is not encrypted: whoever is in between could change what is applied`, {
    help: 'use https or ssh',
    exit: exitCodes.input,
  });
}
