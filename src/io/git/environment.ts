/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How to answer when an HTTP server asks who is there. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
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

/** Fails instead of asking, and notices a dead connection: used when the caller chose no ssh command. */
const unattendedSsh = 'ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=15 -oServerAliveInterval=15';

/** The environment of git for a person or a CI job: their settings hold, but for where the repository is. Traces go: they show secrets. */
export function publisherEnvironment(env: Environment): Environment {
  return { ...keep(env, (name) => !placing.has(name) && !name.startsWith('GIT_TRACE')), ...always };
}

/**
 * The environment of git for an unattended agent: no system configuration, none of git's variables but a few, no
 * password dialogue. `credentials` are handed over in the environment, never in arguments, which other users can see.
 */
export function agentEnvironment(
  env: Environment,
  credentials: { readonly url: string; readonly header: string } | undefined,
): Environment {
  const kept = keep(env, (name) => (!name.startsWith('GIT_') || agentKeeps.has(name)) && name !== 'SSH_ASKPASS');
  const ssh = kept['GIT_SSH'] === undefined && kept['GIT_SSH_COMMAND'] === undefined ? { GIT_SSH_COMMAND: unattendedSsh } : {};
  const header: Environment =
    credentials === undefined
      ? {}
      : { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${credentials.url}.extraHeader`, GIT_CONFIG_VALUE_0: credentials.header };
  return { ...kept, ...ssh, ...header, ...always, GIT_CONFIG_NOSYSTEM: '1' };
}

/** The header of RFC 7617 that `credentials` make. */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function keep(env: Environment, wanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => wanted(name)));
}
