import type { Command } from '../cli/context.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type ForgeChoice, forgeOfRemote } from './forges.ts';

/** `lockstep comment`. */
export interface CommentOptions extends ForgeChoice {
  /** Of the pull request, as it was written. */
  readonly number: string;
  /** What it is about, where a pull request has several. */
  readonly about?: string;
}

/** By this the comment is found that is written anew; people do not see it. */
function markerOf(about: string | undefined): string {
  return about === undefined ? '<!-- lockstep:diff -->' : `<!-- lockstep:diff ${about} -->`;
}

/** Writes standard input as the one comment of a pull request that is Lockstep's. Nothing of the project is read. */
export const comment: Command<CommentOptions> = async (context, options) => {
  const { world, output, out, say } = context;
  const number = numberOf(options.number);
  const body = (await world.input()).trim();
  if (body === '')
    throw new Failure('comment-empty', 'there is no text for a comment on standard input', {
      help: 'see that what should have written it did: `lockstep diff --output markdown`',
      exit: exitCodes.input,
    });
  const repository = await world.repository();
  try {
    const forge = await forgeOfRemote({ world, repository }, options);
    await forge.comment(number, markerOf(options.about), body);
  } finally {
    await repository.close();
  }
  if (output === 'json') out(JSON.stringify({ number }, undefined, 2));
  else say(`the comment of pull request ${number} says now what standard input said`);
  return exitCodes.done;
};

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Failure('comment-number', `\`${text}\` is no number of a pull request`, {
    help: 'give the number alone: `lockstep comment 12`; at GitLab it is the one behind `!`',
    exit: exitCodes.input,
  });
}
