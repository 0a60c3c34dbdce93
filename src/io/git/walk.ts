import type { TreeChange, WalkedCommit } from '../../ports.ts';
import { endGroup } from '../group.ts';
import { failureOf } from './failures.ts';
import { requireId } from './names.ts';
import { ending, type Git, startGit, stoppedWaiting, tookTooLong } from './run.ts';

/** What is asked of each commit. No text of a commit holds the NUL between them. */
const fields = ['%H', '%P', '%an', '%ae', '%ad', '%cn', '%ce', '%cd', '%s', '%b'];
const format = `--format=${fields.join('%x00')}`;
const plain = ['--no-show-signature', '--no-notes', '--date=raw', '-z'];
const raw = ['--raw', '--no-abbrev', '--no-renames', '--no-relative', '--diff-merges=first-parent'];

/**
 * `commit` and its ancestors along first parents, newest first, each with what it changed against its first parent. All of them come from
 * one process, which ends when whoever asks wants no more, or after `timeLimit` milliseconds: then it throws. With a folder: those that changed
 * it, with their paths in it.
 */
export async function* walk(
  git: Git,
  commit: string,
  { folder = '', timeLimit }: { readonly folder?: string; readonly timeLimit?: number } = {},
): AsyncGenerator<WalkedCommit> {
  const before = [...git.before, '-c', 'log.showRoot=true'];
  const args = ['log', '--first-parent', ...plain, ...raw, format, requireId(commit), ...within(folder)];
  for await (const one of commitsOf({ ...git, before }, args, { timeLimit }))
    yield folder === ''
      ? one
      : { ...one, changes: one.changes.map((change) => ({ ...change, path: change.path.slice(folder.length + 1) })) };
}

/** Arguments that limit a history to the commits that changed a folder of the root, whatever folder git is started in. */
export function within(folder: string): readonly string[] {
  return folder === '' ? [] : ['--', `:(top,literal)${folder}`];
}

/** Commits that are here, without what they changed, from one process; of one that is not here nothing is told. */
export async function* describeAll(git: Git, commits: readonly string[]): AsyncGenerator<WalkedCommit> {
  if (commits.length === 0) return;
  const stdin = commits.map((id) => `${requireId(id)}\n`).join('');
  yield* commitsOf(git, ['log', '--no-walk=unsorted', '--ignore-missing', ...plain, '--no-patch', format, '--stdin'], { stdin });
}

async function* commitsOf(
  git: Git,
  args: readonly string[],
  { stdin = '', timeLimit }: { readonly stdin?: string; readonly timeLimit?: number | undefined },
): AsyncGenerator<WalkedCommit> {
  const [command = ''] = args;
  if (git.signal?.aborted) stoppedWaiting();
  const child = startGit(git, args);
  const ended = ending(child);
  // It is waited for below, unless nobody wants to know any more.
  ended.catch(() => {});
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-4096);
  });
  const stop = (): void => endGroup(child);
  git.signal?.addEventListener('abort', stop, { once: true });
  let isLate = false;
  const late = (): void => {
    isLate = true;
    stop();
  };
  const timer = timeLimit === undefined ? undefined : setTimeout(late, timeLimit);
  let isDone = false;
  try {
    child.stdin.end(stdin);
    yield* readCommits(tokensOf(child.stdout));
    isDone = true;
    const exit = await ended;
    if (git.signal?.aborted) stoppedWaiting();
    if (isLate && timeLimit !== undefined) throw tookTooLong(command, timeLimit);
    if (exit !== 0) throw failureOf({ command, exit, stderr, secrets: git.secrets });
  } finally {
    clearTimeout(timer);
    git.signal?.removeEventListener('abort', stop);
    if (!isDone) stop();
  }
}

/** What stands between NULs. */
async function* tokensOf(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const end = chunk.lastIndexOf(0);
    if (end < 0) rest = Buffer.concat([rest, chunk]);
    else {
      yield Buffer.concat([rest, chunk.subarray(0, end)])
        .toString('utf8')
        .split('\0');
      rest = chunk.subarray(end + 1);
    }
  }
}

/** Takes `<fields> <entries>` one after the other: an entry is `:<modes> <blobs> <status>` and a path, and an id never begins so. */
async function* readCommits(tokens: AsyncIterable<readonly string[]>): AsyncGenerator<WalkedCommit> {
  let said: string[] = [];
  let changes: TreeChange[] = [];
  let entry: string | undefined;
  for await (const some of tokens) {
    for (const token of some) {
      if (entry !== undefined) {
        changes.push(changeOf(entry, token));
        entry = undefined;
      } else if (said.length < fields.length) said.push(token);
      else if (/^\n?:/.test(token)) entry = token.replace(/^\n/, '');
      else {
        yield commitOf(said, changes);
        [said, changes] = [[token], []];
      }
    }
  }
  if (said.length === fields.length) yield commitOf(said, changes);
}

function commitOf(said: readonly string[], changes: readonly TreeChange[]): WalkedCommit {
  const [commit = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', subject = '', body = ''] = said;
  return {
    commit,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    subject,
    body: body.trimEnd(),
    changes,
  };
}

/** `:<mode before> <mode after> <blob before> <blob after> <status>`; what is not there has the mode 000000. */
function changeOf(entry: string, path: string): TreeChange {
  const [before = '', after = '', was = '', is = ''] = entry.slice(1).split(' ');
  return {
    path,
    before: before === '000000' ? undefined : { mode: before, blob: was },
    after: after === '000000' ? undefined : { mode: after, blob: is },
  };
}
