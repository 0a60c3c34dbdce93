import type { Signature } from '../../model/signature.ts';
import { usualSsh } from './ssh.ts';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How git says who reads a remote. */
export interface Introduction {
  /** A header for the server of an http or https URL, as git's settings name it. */
  readonly header?: { readonly server: string; readonly value: string };
  /** The file of the authorities that may vouch for an https server. */
  readonly authorities?: string;
  /** The command that connects by ssh. */
  readonly ssh?: string;
}

/** What every call of git gets: no prompt, no locale, no lock for reading, and objects as they are stored. */
const always: Environment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
};

/**
 * Variables that would make git work on another repository than the one it is told (`git rev-parse --local-env-vars`):
 * they are set while Lockstep runs inside a git hook. Configuration given by GIT_CONFIG_COUNT stays, since CI systems
 * hand over credentials that way.
 */
const placing: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CEILING_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** The variables that an agent's git keeps of those that are git's own: programs and certificates, nothing that loosens a rule. */
const agentKeeps: ReadonlySet<string> = new Set([
  'GIT_ASKPASS',
  'GIT_CONFIG_GLOBAL',
  'GIT_EXEC_PATH',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
]);

/** The environment of git for a person or a CI job: their settings hold, but for where the repository is. Traces go: they show secrets. */
export function publisherEnvironment(env: Environment): Environment {
  return { ...keep(env, (name) => !placing.has(name) && !name.startsWith('GIT_TRACE')), ...always };
}

/**
 * The environment of git for an unattended agent: no system configuration, none of git's variables but a few, no
 * password dialogue. The introduction is handed over in the environment, never in arguments, which other users can see.
 */
export function agentEnvironment(env: Environment, { header, authorities, ssh }: Introduction = {}): Environment {
  const kept = keep(env, (name) => (!name.startsWith('GIT_') || agentKeeps.has(name)) && name !== 'SSH_ASKPASS');
  const isChosen = kept['GIT_SSH'] !== undefined || kept['GIT_SSH_COMMAND'] !== undefined;
  return {
    ...kept,
    ...(isChosen ? {} : { GIT_SSH_COMMAND: usualSsh }),
    ...(ssh === undefined ? {} : { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: 'ssh' }),
    ...(authorities === undefined ? {} : { GIT_SSL_CAINFO: authorities }),
    ...(header === undefined
      ? {}
      : { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${header.server}.extraHeader`, GIT_CONFIG_VALUE_0: header.value }),
    ...always,
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

/** The variables by which git learns who writes a commit. Git refuses who has no name; a commit that has such an author stays possible. */
export function namedIn(role: 'AUTHOR' | 'COMMITTER', { name, email, date }: Signature): Environment {
  return {
    [`GIT_${role}_NAME`]: name || email || 'unknown',
    [`GIT_${role}_EMAIL`]: email,
    [`GIT_${role}_DATE`]: `@${date}`,
  };
}

function keep(env: Environment, wanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => wanted(name)));
}
