import type { Command } from '../cli/context.ts';
import { formatCodes, formatExplanation } from '../cli/explain.ts';
import type { Explanation } from '../model/codes/explanation.ts';
import { didYouMean } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { allExplanations, explanationOf, isCode } from './explanations.ts';

/** `lockstep explain`. */
export interface ExplainOptions {
  /** None means all. */
  readonly code?: string;
}

/** Tells what a code means, why it matters and what to do about it; without a code, which codes there are. */
export const explain: Command<ExplainOptions> = async (context, { code }) => {
  const found = code === undefined ? allCodes() : [look(code)];
  const paint = context.paint.out;
  if (context.output === 'json') {
    const told = found.map(([name, explanation]) => ({ code: name, ...explanation }));
    context.out(JSON.stringify(code === undefined ? told : told[0], undefined, 2));
  } else {
    const lines =
      code === undefined ? formatCodes(found, paint) : found.flatMap(([name, explanation]) => formatExplanation(name, explanation, paint));
    for (const line of lines) context.out(line);
  }
  return exitCodes.done;
};

type Explained = readonly [code: string, explanation: Explanation];

function allCodes(): readonly Explained[] {
  return allExplanations.toSorted(([a], [b]) => compareText(a, b));
}

/** The explanation of `code`, however it was copied: `error[image-not-pinned]` will do, and so will a condition's `DeletionBudget`. */
function look(given: string): Explained {
  const code = kebab(/\[([^\]]*)\]/.exec(given)?.[1] ?? given);
  if (isCode(code)) return [code, explanationOf(code)];
  const meant = didYouMean(
    code,
    allExplanations.map(([known]) => known),
  );
  throw new Failure('code-unknown', `there is no code \`${code}\``, {
    help: meant === undefined ? '`lockstep explain` lists all codes' : `did you mean \`${meant}\`?`,
    exit: exitCodes.input,
  });
}

/** The code that `text` is the reason of a condition for; any other text as it is. */
function kebab(text: string): string {
  return /^(?:[A-Z][a-z]+)+$/.test(text) ? text.replaceAll(/(?!^)[A-Z]/g, '-$&').toLowerCase() : text;
}
