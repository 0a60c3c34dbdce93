import type { FailureCode } from '../../model/code.ts';
import { type ExitCode, exitCodes, Failure } from '../../model/failure.ts';
import { withoutUserinfo } from './address.ts';

/** A call of git that did not end well. */
export interface BadEnd {
  /** The subcommand: `fetch`. */
  readonly command: string;
  readonly exit: number | undefined;
  readonly stderr: string;
  /** Strings that must not be shown. */
  readonly secrets: readonly string[];
}

interface Symptom {
  readonly sign: RegExp;
  readonly code: FailureCode;
  readonly help?: string;
  readonly exit?: ExitCode;
}

/** What git, curl and ssh say, most telling first: ssh, for one, ends every failure with "could not read from remote repository". */
const symptoms: readonly Symptom[] = [
  {
    sign: /dubious ownership/,
    code: 'git-ownership',
    help: 'make the folder your own, or run `git config --global --add safe.directory <folder>`',
  },
  { sign: /not a git repository/, code: 'git-no-repository', help: 'run it inside a git repository', exit: exitCodes.input },
  {
    sign: /tell me who you are|auto-detect email|empty ident name/,
    code: 'git-identity',
    help: 'set `git config user.name` and `git config user.email`',
    exit: exitCodes.input,
  },
  { sign: /transport '[^']*' not allowed/, code: 'git-protocol', help: 'use https or ssh' },
  {
    sign: /Host key verification failed/,
    code: 'git-auth',
    help: "add the server's key to the known_hosts file that ssh uses",
  },
  {
    sign: /Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied \(|returned error: 40[13]|HTTP 40[13]|Access denied/i,
    code: 'git-auth',
    help: 'check the credentials: nobody is asked for a password',
  },
  {
    sign: /returned error: 30\d|unable to update url base from redirection/,
    code: 'git-redirected',
    help: 'the repository has moved: use its new URL',
  },
  {
    sign: /repository .* not found|returned error: 404|does not appear to be a git repository|Repository not found|' does not exist/i,
    code: 'git-repository-missing',
    help: 'check the URL, and that the credentials may read the repository',
  },
  {
    sign: /object file .* is empty|loose object .* is corrupt|packfile .* (cannot|index|does not)|bad object|unable to (read|parse|unpack) |object corrupt|missing necessary objects|is corrupted|bad tree|broken ref|bad signature|inflate: data stream error/,
    code: 'git-corrupt',
  },
  { sign: /\.lock': File exists/, code: 'git-locked', help: 'wait for the other git process, or remove the lock file that it left' },
  {
    sign: /resolve host|connect to|Connection (refused|reset|timed out|closed)|timed out|Network is unreachable|No route to host|hung up|early EOF|Could not read from remote|returned error: 5\d\d|SSL|TLS|too slow|unable to access|HTTP 5\d\d/i,
    code: 'git-unreachable',
  },
];

/** The `Failure` that a call of git ended with: its code by what git said, its words without secrets. */
export function failureOf(end: BadEnd): Failure {
  const symptom = symptoms.find(({ sign }) => sign.test(end.stderr));
  const reason = reasonIn(cleanText(end.stderr, end.secrets)) || `exit code ${end.exit ?? 'unknown'}`;
  const { code = 'git-failed', help, exit } = symptom ?? {};
  return new Failure(code, `\`git ${end.command}\` failed: ${reason}`, { ...(help && { help }), ...(exit && { exit }) });
}

/** `text` without credentials, and without control characters, with which a server could repaint the terminal. */
export function cleanText(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return [...withoutUserinfo(hidden)].map((character) => (isControl(character) ? ' ' : character)).join('');
}

function isControl(character: string): boolean {
  return (character < ' ' && character !== '\n') || (character >= '\u007f' && character <= '\u009f');
}

/** The lines that say why, without git's prefixes, at most 400 characters. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh|Host|Permission|\S+: Permission)\b/.test(line));
  const chosen = (telling.length > 0 ? telling : lines).map((line) => line.replace(/^(fatal|error|remote): */, '').trim());
  const reason = [...new Set(chosen)].filter((line) => line !== '').join('; ');
  return reason.length > 400 ? `${reason.slice(0, 399)}…` : reason;
}
