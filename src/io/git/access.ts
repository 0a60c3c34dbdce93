import { Failure } from '../../model/failure.ts';
import type { Clock } from '../../ports.ts';
import { type Address, serverOf } from './address.ts';
import type { Credentials, SourceCredentials } from './credentials.ts';
import { agentEnvironment, type Environment, type Introduction } from './environment.ts';
import type { Tokens } from './github-app.ts';
import { privateFiles } from './private-files.ts';
import type { Git } from './run.ts';
import { sshCommand } from './ssh.ts';

/** How a remote is talked to, by whoever reads it now. */
export interface Access {
  /** Calls `ask` with a git that may talk to the remote. */
  talk<T>(signal: AbortSignal, ask: (git: Git) => Promise<T>): Promise<T>;
  /** Removes what was handed to git as files. */
  close(): Promise<void>;
}

/** Who reads, with the texts that must never stand in a message. */
interface Introduced {
  readonly introduction: Introduction;
  readonly secrets: readonly string[];
}

/** Access to the remote at `address`, for whom `credentials` says each time that it is talked to. `local` is a git that works on the copy. */
export function openAccess(
  local: Git,
  {
    address,
    env,
    clock,
    credentials,
  }: {
    readonly address: Address;
    readonly env: Environment;
    readonly clock: Clock;
    readonly credentials: Credentials;
  },
): Access {
  const files = privateFiles();
  let kept: Tokens | undefined;

  const tokens = async (): Promise<Tokens> => {
    const { appTokens } = await import('./github-app.ts');
    kept ??= appTokens({ clock, env });
    return kept;
  };
  const introduce = async (who: SourceCredentials, signal: AbortSignal): Promise<Introduced> => {
    switch (who.type) {
      case 'anonymous':
        return { introduction: {}, secrets: [] };
      case 'basic':
        return basic(address, who);
      case 'bearer':
        return {
          introduction: { header: { server: serverOf(address.url), value: `Authorization: Bearer ${who.token}` } },
          secrets: [who.token],
        };
      case 'githubApp': {
        const { type: _, ca, ...app } = who;
        return basic(address, {
          username: 'x-access-token',
          password: await (await tokens()).tokenFor({ app, ca, permissions: { contents: 'read' }, signal }),
        });
      }
      case 'ssh': {
        const identity = await files.write('identity', lines(who.identity));
        const knownHosts = await files.write('known_hosts', lines(who.knownHosts));
        return { introduction: { ssh: sshCommand({ identity, knownHosts }) }, secrets: [] };
      }
    }
  };
  const gitFor = async (signal: AbortSignal): Promise<Git> => {
    const who = await credentials(signal);
    if (who === undefined) return local;
    const { introduction, secrets } = await introduce(who, signal);
    const authorities = who.ca === undefined ? {} : { authorities: await files.write('ca.crt', lines(who.ca)) };
    return { ...local, env: agentEnvironment(env, { ...introduction, ...authorities }), secrets };
  };
  return {
    async talk(signal, ask) {
      const git = await gitFor(signal);
      return ask(git).catch((thrown: unknown) => {
        // A token may have been revoked before its end, or be older than what the app may read now.
        if (thrown instanceof Failure && (thrown.code === 'git-auth' || thrown.code === 'git-repository-missing')) kept?.forget();
        throw thrown;
      });
    },
    close: () => files.close(),
  };
}

/** The header of RFC 7617. */
function basic({ url }: Address, { username, password }: { readonly username: string; readonly password: string }): Introduced {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    introduction: { header: { server: serverOf(url), value: `Authorization: Basic ${encoded}` } },
    secrets: [password, encoded],
  };
}

/** A text as ssh and curl read it: they take a key without a line break behind it for a broken one. */
function lines(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
