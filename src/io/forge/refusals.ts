import { exitCodes, Failure } from '../../model/failure.ts';
import type { ForgeType } from '../../model/forge.ts';
import { isObject } from '../../model/json.ts';
import { cleanText } from '../git/failures.ts';
import type { Answer, NoAnswer } from '../registry/exchange.ts';
import { objectIn } from '../registry/json.ts';
import { whyNot } from '../registry/refusals.ts';
import type { Talk } from './asking.ts';

/** That a forge answers with a status that is no success. */
export function refused(talk: Talk, act: string, answer: Answer): Failure {
  const { place, token } = talk;
  const { status } = answer;
  const words = wordsIn(talk, answer);
  switch (status) {
    case 401:
      return new Failure('forge-refused', `${hostOf(talk)} does not take the token in \`${token.variable}\`${words}`, {
        help: 'look whether it has expired, and whether it is one of this forge',
      });
    case 403:
      return new Failure(
        'forge-refused',
        `${hostOf(talk)} does not let the token in \`${token.variable}\` ${act} in \`${place.repository}\`${words}`,
        { help: rights[place.type] },
      );
    case 404:
    case 410:
      return new Failure(
        'forge-missing',
        `${cannot(talk, act)}: there is no such thing, or the token in \`${token.variable}\` may not see it (${status}${words})`,
        { help: `look at the name of the repository, and at what the token may do: ${rights[place.type]}` },
      );
    default:
      return status >= 500
        ? new Failure('forge-unreachable', `${cannot(talk, act)}: it answers ${status}${words}`)
        : new Failure('forge-failed', `${cannot(talk, act)}: it answers ${status}${words}`);
  }
}

/** That a forge is asked too often, or has a bad time; `pause` is how many milliseconds it wants to be left alone. */
export function busy(talk: Talk, act: string, answer: Answer, pause: number): Failure {
  if (answer.status !== 403 && answer.status !== 429) return refused(talk, act, answer);
  const minutes = Math.ceil(pause / 60_000);
  const wait = minutes > 1 ? `it may be asked again in ${minutes} minutes` : 'wait a minute';
  return new Failure('forge-unreachable', `${cannot(talk, act)}: it was asked too often (${answer.status}${wordsIn(talk, answer)})`, {
    help: `${wait}, or take a token that may ask more often`,
  });
}

/** That there is no answer. */
export function unreachable(talk: Talk, act: string, thrown: NoAnswer): Failure {
  if (thrown.type === 'large') return damaged(talk, act, thrown.message);
  return new Failure('forge-unreachable', `${cannot(talk, act)}${whyNot(thrown)}`, {
    cause: thrown,
    help: 'look at the URL of the forge, the network, and `HTTPS_PROXY`; `NODE_EXTRA_CA_CERTS` names authorities of your own',
  });
}

/** That what a forge answers is not what it should be; `why` is a clause. */
export function damaged(talk: Talk, act: string, why: string): Failure {
  return new Failure('forge-failed', `${cannot(talk, act)}: ${why}`, {
    help: `look whether \`${talk.place.api}\` is where the forge has its interface; if not, tell the URL of the forge`,
  });
}

/** That a forge sends somewhere else. */
export function sentAway(talk: Talk, act: string, to: URL): Failure {
  return new Failure(
    'forge-failed',
    `${cannot(talk, act)}: it sends to \`${to.origin}\`, and the token is for \`${talk.place.api}\` alone`,
    {
      help: 'tell the URL that the forge has now',
    },
  );
}

/** That the process ends meanwhile. */
export function interrupted(talk: Talk, act: string): Failure {
  return new Failure('interrupted', `${hostOf(talk)} was not asked to the end to ${act}`, { exit: exitCodes.interrupted });
}

function cannot(talk: Talk, act: string): string {
  return `${hostOf(talk)} cannot ${act} in \`${talk.place.repository}\``;
}

function hostOf({ place }: Talk): string {
  return `\`${new URL(place.api).host}\``;
}

/** What a token has to be allowed. */
const rights: Readonly<Record<ForgeType, string>> = {
  github: 'it needs to write pull requests, issues (for labels) and commit statuses; in a workflow, by `permissions`',
  gitlab: 'it needs the scope `api`, and the role Developer in the project',
  gitea: 'it needs the scopes `write:repository` and `write:issue`, and to write in the repository',
};

/** What a forge says of it, within bounds, and without the token: `: Resource not accessible by integration`. */
function wordsIn({ token }: Talk, { body }: Answer): string {
  const { message, error, errors } = objectIn(body.toString('utf8')) ?? {};
  const said = [message ?? error, errors].flatMap(sentences).join('; ');
  const words = cleanText(said, [token.value]).replaceAll('\n', ' ').trim();
  return words === '' ? '' : `: ${words.length > 300 ? `${words.slice(0, 299)}…` : words}`;
}

/** Forges say things in one text, in a list of them, or in objects with a message, or by field. */
function sentences(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(sentences);
  if (!isObject(value)) return [];
  if (typeof value['message'] === 'string') return [value['message']];
  return Object.entries(value).flatMap(([name, of]) => sentences(of).map((one) => `${name}: ${one}`));
}
