import type { WalkedCommit } from '../../ports.ts';
import { type Together, together } from './together.ts';

/** Whose last change is asked for: of a folder at the root of what `tip` of `branch` holds. */
export interface LastChangeOf {
  readonly branch: string;
  readonly tip: string;
  readonly folder: string;
}

/** What became of a folder last. */
export interface LastChange {
  /** The commit that changed it, along first parents; undefined where it is not there. */
  readonly commit: string | undefined;
  /** The one that this is known to come after along first parents: what was told of the folder before. */
  readonly after: string | undefined;
}

/** What is looked at to find a last change. */
export interface History {
  /** Sees to it that `commit` of `branch` is here. */
  readonly bring: (branch: string, commit: string, signal: AbortSignal) => Promise<void>;
  /** The folders at the root of a commit. */
  readonly foldersOf: (commit: string) => Promise<{ has(folder: string): boolean }>;
  /** A commit and its ancestors along first parents, newest first. */
  readonly walk: (commit: string, signal: AbortSignal) => AsyncIterable<Pick<WalkedCommit, 'commit' | 'changes'>>;
}

/** What is known of a branch: what changed folders last up to one of its tips. */
interface Told {
  readonly tip: string;
  readonly changes: ReadonlyMap<string, LastChange>;
}

/** One who waits for an answer. */
interface Question {
  readonly tip: string;
  readonly folder: string;
  readonly tell: (change: LastChange) => void;
}

/** As many questions at once as there are. */
const most = Number.POSITIVE_INFINITY;

/** Commits that are looked at for the tip before, once all that is asked for is found. A branch that was rewritten has it nowhere. */
const searched = 1_000;

const absent: LastChange = { commit: undefined, after: undefined };

/**
 * Finds last changes, by one walk for all who ask at about the same time. Of a branch that moved on, only what came to it is walked: what
 * that does not change was last changed as before.
 */
export function lastChanges(history: History): (of: LastChangeOf, signal: AbortSignal) => Promise<LastChange> {
  const told = new Map<string, Told>();
  const asking = new Map<string, Together<Question>>();

  const answer = async (branch: string, questions: readonly Question[], signal: AbortSignal): Promise<void> => {
    for (const tip of new Set(questions.map((question) => question.tip))) {
      const asked = questions.filter((question) => question.tip === tip);
      const now = await tellOf(history, { branch, tip, folders: asked.map(({ folder }) => folder), before: told.get(branch) }, signal);
      told.set(branch, now);
      for (const { folder, tell } of asked) tell(now.changes.get(folder) ?? absent);
    }
  };
  const askingOf = (branch: string): Together<Question> => {
    const known = asking.get(branch);
    if (known !== undefined) return known;
    const made = together<Question>({ act: (questions, signal) => answer(branch, questions, signal), most, isForAll: () => true });
    asking.set(branch, made);
    return made;
  };
  return async ({ branch, tip, folder }, signal) => {
    const known = told.get(branch);
    let change = known?.tip === tip ? known.changes.get(folder) : undefined;
    if (change !== undefined) return change;
    const tell = (found: LastChange): void => {
      change = found;
    };
    await askingOf(branch)({ tip, folder, tell }, signal);
    return change ?? absent;
  };
}

/** What is to be known of a branch at `tip`, and what is known of it `before`. */
interface Wish {
  readonly branch: string;
  readonly tip: string;
  readonly folders: readonly string[];
  readonly before: Told | undefined;
}

async function tellOf(history: History, { branch, tip, folders, before }: Wish, signal: AbortSignal): Promise<Told> {
  if (before?.tip === tip && folders.every((folder) => before.changes.has(folder))) return before;
  await history.bring(branch, tip, signal);
  const there = await history.foldersOf(tip);
  const followed = new Set([...folders, ...(before?.changes.keys() ?? [])]);
  const changes = new Map([...followed].filter((folder) => !there.has(folder)).map((folder) => [folder, absent]));
  const missing = new Set(folders.filter((folder) => there.has(folder)));
  let isJoined = before === undefined;
  let [last, count] = [tip, 0];
  for await (const { commit, changes: changed } of history.walk(tip, signal)) {
    if (commit === before?.tip) {
      join(changes, before.changes);
      for (const folder of before.changes.keys()) missing.delete(folder);
      isJoined = true;
    }
    for (const folder of rootsOf(changed)) {
      missing.delete(folder);
      if (followed.has(folder) && !changes.has(folder)) changes.set(folder, { commit, after: undefined });
    }
    count += 1;
    last = commit;
    if (missing.size === 0 && (isJoined || count >= searched)) break;
  }
  // No commit shows what came of a folder without a file.
  for (const folder of missing) changes.set(folder, { commit: last, after: undefined });
  return { tip, changes };
}

/** Adds what was known at a tip that comes before all of `changes`. */
function join(changes: Map<string, LastChange>, before: Told['changes']): void {
  for (const [folder, known] of before) {
    const newer = changes.get(folder);
    changes.set(folder, newer === undefined ? known : { ...newer, after: known.commit });
  }
}

/** The first parts of the paths of what changed. */
function rootsOf(changes: WalkedCommit['changes']): ReadonlySet<string> {
  return new Set(changes.map(({ path }) => path.split('/', 1)[0] ?? path));
}
