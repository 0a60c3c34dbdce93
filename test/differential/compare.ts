import type { ApiError } from '../../src/model/apierror.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import type { Cluster } from '../../src/ports.ts';
import { definitionIn, isWithin, minorOf } from '../../src/schema/builtin.ts';
import { builtinKind } from '../../src/schema/kinds.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import { ourErrors } from './verdicts.ts';

/** Where the API server and Lockstep differ over one object. */
export interface Difference extends Mutant {
  readonly type: 'false accept' | 'false reject';
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
  readonly falseAccepts: { readonly schema: readonly Difference[]; readonly code: readonly Difference[] };
  readonly falseRejects: readonly Difference[];
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
interface Judging {
  /** In the order of the mutants. */
  readonly verdicts: readonly Verdict[];
  readonly kubernetes: string;
  readonly definitions: readonly Manifest[];
  /** Differences that are meant. */
  readonly explained: (difference: Difference) => boolean;
}

/** Counts where Lockstep differs from what the API server said. */
export function compare(mutants: readonly Mutant[], { verdicts, kubernetes, definitions, explained }: Judging): Comparison {
  const differences: (Difference & { readonly by: Verdict['type'] })[] = [];
  const count = { accepted: 0, schema: 0, code: 0, elsewhere: 0 };
  for (const [i, mutant] of mutants.entries()) {
    const { type: by, message } = verdicts[i] as Verdict;
    count[by]++;
    if (by === 'elsewhere') continue;
    const ours = ourErrors(mutant.manifest, { kubernetes, definitions });
    if (by === 'accepted' && ours.length > 0) differences.push({ ...mutant, by, type: 'false reject', why: wordsOf(ours) });
    if (by !== 'accepted' && ours.length === 0) differences.push({ ...mutant, by, type: 'false accept', why: message });
  }
  const meant = differences.filter((one) => !explained(one));
  return {
    compared: mutants.length,
    refused: { schema: count.schema, code: count.code },
    skipped: count.elsewhere,
    falseAccepts: { schema: meant.filter(({ by }) => by === 'schema'), code: meant.filter(({ by }) => by === 'code') },
    falseRejects: meant.filter(({ by }) => by === 'accepted'),
  };
}

function wordsOf(found: readonly Diagnostic[]): string {
  return found.map(({ code, at, message }) => `${code} ${at.pointer ?? ''}: ${message}`).join('; ');
}

async function ask(cluster: Cluster, manifest: Manifest): Promise<Verdict> {
  const answer = await cluster.apply(manifest, { manager: 'differential', dryRun: true });
  return answer.ok ? { type: 'accepted', message: '' } : verdictOf(answer.error);
}

function verdictOf({ reason, status, message }: ApiError): Verdict {
  if (reason === 'immutable' || message.includes('previously a storage version')) return { type: 'elsewhere', message };
  if (status === 422) return { type: 'code', message };
  if (status === 400 || status === 500) return { type: 'schema', message };
  return { type: 'elsewhere', message: `${status} ${reason} ${message}` };
}

async function inParallel<T, U>(items: readonly T[], width: number, act: (item: T) => Promise<U>): Promise<readonly U[]> {
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

/** All mutants of `samples`, by the schemas of `kubernetes` or of the `definitions` that custom resources have. */
export function allMutants(samples: readonly Manifest[], kubernetes: string): readonly Mutant[] {
  const minor = minorOf(kubernetes);
  return samples.flatMap((manifest) => [
    { manifest, change: 'nothing' },
    ...mutantsOf(manifest, { schema: schemaOf(manifest, samples, minor), minor }),
  ]);
}

function schemaOf(manifest: Manifest, samples: readonly Manifest[], minor: number): Schema {
  const group = groupOf(manifest.apiVersion);
  const version = manifest.apiVersion.slice(group === '' ? 0 : group.length + 1);
  const served = builtinKind({ group, kind: manifest.kind })?.versions.find(
    (one) => one.version === version && isWithin(one.minors, minor),
  );
  if (served !== undefined) return definitionIn(minor, served.definition) ?? {};
  return customSchema(manifest, samples);
}

function customSchema(manifest: Manifest, samples: readonly Manifest[]): Schema {
  const found = samples.find(
    ({ kind, spec }) => kind === 'CustomResourceDefinition' && JSON.stringify(spec).includes(`"kind":"${manifest.kind}"`),
  );
  const versions = (
    found as { readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] } } | undefined
  )?.spec.versions;
  return versions?.[0]?.schema.openAPIV3Schema ?? {};
}
