import type { Clock } from '../../ports.ts';
import { type Gathered, gathered } from './gathered.ts';
import type { Naming } from './import.ts';
import type { Looks } from './looks.ts';
import { type NewNote, writeNotes } from './notes.ts';
import { moveAllAt, moveHere, type RefStep } from './push.ts';
import type { Git } from './run.ts';

/** Writes refs: what comes at the same time goes to a remote by one push, each ref with a lease of its own, and fails alone. */
export interface RefWriter {
  /** Moves a ref here, or at `remote`. */
  move(step: RefStep, remote: string | undefined): Promise<void>;
  /** Sets a note. */
  note(note: NewNote): Promise<void>;
}

/** How much goes by one push: far less than a process takes as arguments. */
const most = 200;

interface Means {
  readonly clock: Clock;
  readonly naming: Naming;
  /** Which forget what is written to. */
  readonly looks: Pick<Looks, 'forget'>;
}

/** Writes refs of a repository and of its remotes. */
export function openRefWriter(git: Git, { clock, naming, looks }: Means): RefWriter {
  const moves = new Map<string, Gathered<RefStep>>();
  const notes = new Map<string, Gathered<NewNote>>();
  return {
    move(step, remote) {
      if (remote === undefined) return moveHere(git, step);
      const open = (): Gathered<RefStep> => gathered({ act: (steps) => moveAllAt(git, remote, steps), most, nameOf: ({ ref }) => ref });
      // Whether it arrives or not: where it does not, somebody else may have moved it.
      return kept(moves, remote, open)(step).finally(() => looks.forget(step.ref, remote));
    },
    note(note) {
      const { ref, remote } = note;
      const act = async (all: readonly NewNote[]): Promise<readonly unknown[]> => {
        await writeNotes(git, { ref, remote, notes: all }, { clock, naming });
        return [];
      };
      const open = (): Gathered<NewNote> => gathered({ act, most, nameOf: ({ object }) => object });
      return kept(notes, `${ref}\0${remote ?? ''}`, open)(note).finally(() => looks.forget(ref, remote));
    },
  };
}

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const found = all.get(key) ?? make();
  all.set(key, found);
  return found;
}
