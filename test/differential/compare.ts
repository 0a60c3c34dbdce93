import type { ApiError } from '../../src/model/apierror.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { unreadableIn } from './decoding.ts';
import type { Kinds } from './mutants.ts';
import type { Mutant } from './mutate.ts';
import { ourErrors } from './verdicts.ts';

/** Where the API server and Lockstep differ over one object. */
export interface Difference extends Mutant {
  readonly type: 'false accept' | 'false reject' | 'misread';
  /** Why the one that refused it did. */
  readonly why: string;
}

/** What came of a comparison. */
export interface Comparison {
  readonly compared: number;
  /** How many the API server refused for what it reads by a schema, and in its code. */
  readonly refused: { readonly schema: number; readonly code: number };
  /** Answers that depend on what else is in the cluster: told apart and not counted. */
  readonly skipped: number;
  /** Differences that are meant. */
  readonly explained: number;
  readonly falseAccepts: { readonly schema: readonly Difference[]; readonly code: readonly Difference[] };
  readonly falseRejects: readonly Difference[];
  /** What a schema is said not to let through, of objects that the API server reads. */
  readonly misread: readonly Difference[];
}

/** What the server made of an object: `elsewhere` when its answer is about other objects, or about the one that is there. */
export interface Verdict {
  readonly type: 'accepted' | 'schema' | 'code' | 'elsewhere';
  readonly message: string;
}

/** What the API server says about each of `mutants`, by dry run. */
export function askAll(cluster: Cluster, mutants: readonly Mutant[]): Promise<readonly Verdict[]> {
  return inParallel(mutants, 8, (mutant) => ask(cluster, mutant.manifest));
}

/** What the API server said, and what Lockstep judges by. */
interface Judging extends Kinds {
  /** In the order of the mutants. */
  readonly verdicts: readonly Verdict[];
  /** Differences that are meant. */
  readonly explained: (difference: Difference) => boolean;
}

/** Counts where Lockstep differs from what the API server said. */
export function compare(mutants: readonly Mutant[], { verdicts, explained, ...kinds }: Judging): Comparison {
  const differences: (Difference & { readonly by: Verdict['type'] })[] = [];
  const count = { accepted: 0, schema: 0, code: 0, elsewhere: 0 };
  for (const [i, mutant] of mutants.entries()) {
    const { type: by, message } = verdicts[i] as Verdict;
    count[by]++;
    if (by === 'elsewhere') continue;
    const ours = ourErrors(mutant.manifest, kinds);
    if (by === 'accepted' && ours.length > 0) differences.push({ ...mutant, by, type: 'false reject', why: wordsOf(ours) });
    if (by !== 'accepted' && ours.length === 0) differences.push({ ...mutant, by, type: 'false accept', why: message });
    const unreadable = by === 'schema' ? [] : unreadableIn(mutant.manifest, kinds);
    if (unreadable.length > 0) differences.push({ ...mutant, by, type: 'misread', why: unreadable.join('; ') });
  }
  const meant = differences.filter((one) => !explained(one));
  const accepts = meant.filter(({ type }) => type === 'false accept');
  return {
    compared: mutants.length,
    refused: { schema: count.schema, code: count.code },
    skipped: count.elsewhere,
    explained: differences.length - meant.length,
    falseAccepts: { schema: accepts.filter(({ by }) => by === 'schema'), code: accepts.filter(({ by }) => by === 'code') },
    falseRejects: meant.filter(({ type }) => type === 'false reject'),
    misread: meant.filter(({ type }) => type === 'misread'),
  };
}

function wordsOf(found: readonly Diagnostic[]): string {
  return found.map(({ code, at, message }) => `${code} ${at.pointer ?? ''}: ${message}`).join('; ');
}

/** The server closes a connection where it breaks over a request; whoever else is on it asks again. */
const attempts = 3;

async function ask(cluster: Cluster, manifest: Manifest): Promise<Verdict> {
  for (let attempt = 1; ; attempt++) {
    const answer = await cluster.apply(manifest, { manager: 'differential', dryRun: true });
    if (answer.ok) return { type: 'accepted', message: '' };
    if (answer.error.status !== 0 || attempt === attempts) return verdictOf(answer.error);
  }
}

function verdictOf({ reason, status, message }: ApiError): Verdict {
  if (reason === 'immutable' || message.includes('previously a storage version')) return { type: 'elsewhere', message };
  if (status === 422) return { type: 'code', message };
  if (status === 400 || status === 500) return { type: 'schema', message };
  return { type: 'elsewhere', message: `${status} ${reason} ${message}` };
}

/** Acts on all items, `width` at a time. The results are in the order of the items. */
export async function inParallel<T, U>(items: readonly T[], width: number, act: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      results[i] = await act(items[i] as T);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
