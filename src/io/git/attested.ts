import { Failure } from '../../model/failure.ts';
import { attestationRef } from './notes.ts';
import { formatOfId, resolveRef } from './objects.ts';
import type { ObjectReader } from './reader.ts';
import type { Wanted } from './remotes.ts';
import type { Git } from './run.ts';
import { noteOf } from './stored.ts';
import { type Together, together } from './together.ts';

/** What was attested of trees, as a copy of a repository knows it. */
export interface Attested {
  /** The note of `tree` that is here, then, where that is another one, the one that is at the remote. */
  of(tree: string, signal: AbortSignal): AsyncIterable<Buffer>;
}

/** What it is looked for with. */
export interface AttestedOptions {
  readonly git: Git;
  readonly reader: () => ObjectReader;
  /** Notes what a read says of the copy. */
  readonly suspecting: <T>(read: Promise<T>) => Promise<T>;
  /** The object that a ref of the remote stands for now. */
  readonly look: (ref: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly fetch: Together<Wanted>;
}

/** The ref that has them here. */
const ownRef = 'refs/lockstep/attested';

/** Those who ask while the remote is looked at share the next look. */
const most = 1000;

/** Reads attestations from the copy, and brings those here that are new at the remote when somebody looks for more. */
export function openAttested({ git, reader, suspecting, look, fetch }: AttestedOptions): Attested {
  const noteHere = async (tree: string): Promise<string | undefined> => {
    const notes = await resolveRef(git, ownRef);
    return notes === undefined ? undefined : suspecting(noteOf(reader(), notes, tree));
  };
  const read = async (note: string): Promise<readonly Buffer[]> =>
    suspecting(reader().read(note)).then(
      (bytes) => [bytes],
      (thrown: unknown) => {
        // Whatever somebody put there is no attestation.
        if (thrown instanceof Failure && thrown.code === 'git-blob-large') return [];
        throw thrown;
      },
    );
  const refresh = together<string>({
    async act([tree = ''], signal) {
      const there = await look(attestationRef, signal);
      if (there === undefined || there === (await resolveRef(git, ownRef))) return;
      await fetch({ from: attestationRef, to: ownRef, format: formatOfId(tree) }, signal);
    },
    most,
    isForAll: () => true,
  });
  return {
    async *of(tree, signal) {
      const known = await noteHere(tree);
      if (known !== undefined) yield* await read(known);
      await refresh(tree, signal);
      const found = await noteHere(tree);
      if (found !== undefined && found !== known) yield* await read(found);
    },
  };
}
