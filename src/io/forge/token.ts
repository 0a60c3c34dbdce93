import { exitCodes, Failure } from '../../model/failure.ts';
import type { ForgeType } from '../../model/forge.ts';

/** Who one is at a forge, and the variable that says so. The value is never shown. */
export interface Token {
  readonly variable: string;
  readonly value: string;
}

/** The variables of each type of forge, the first that is set counts. What GitLab gives to its jobs, `CI_JOB_TOKEN`, may do nothing there. */
const variables: Readonly<Record<ForgeType, readonly string[]>> = {
  github: ['LOCKSTEP_FORGE_TOKEN', 'GITHUB_TOKEN'],
  gitlab: ['LOCKSTEP_FORGE_TOKEN', 'GITLAB_TOKEN'],
  gitea: ['LOCKSTEP_FORGE_TOKEN', 'GITEA_TOKEN', 'FORGEJO_TOKEN'],
};

/** The token that the environment has for a type of forge. Throws `Failure` where it has none, or one that cannot be sent. */
export function tokenFor(type: ForgeType, env: Readonly<Record<string, string | undefined>>, host: string): Token {
  const names = variables[type];
  const variable = names.find((name) => (env[name] ?? '').trim() !== '');
  if (variable === undefined) {
    const [first, ...others] = names.map((name) => `\`${name}\``);
    throw new Failure('forge-token', `there is no token for \`${host}\``, {
      help: `set ${first}, or ${others.join(' or ')}, to a token that may read and write pull requests and commit statuses`,
      exit: exitCodes.input,
    });
  }
  const value = (env[variable] ?? '').trim();
  if (/^[\x21-\x7e]+$/.test(value)) return { variable, value };
  throw new Failure('forge-token', `\`${variable}\` holds what is no token: it has spaces, or letters that no token has`, {
    help: 'set it to the token alone',
    exit: exitCodes.input,
  });
}
