import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { asFailure, Failure } from '../../model/failure.ts';
import { endGroup } from '../group.ts';
import { type Answer, answerParser } from './answers.ts';
import { requireId } from './names.ts';
import { ending, type Git, startGit } from './run.ts';

/** An object of a repository as git stores it. */
interface StoredObject {
  /** `blob`, `tree`, `commit` or `tag`. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads objects of one repository. */
export interface ObjectReader {
  /** The bytes of a blob. Throws a `Failure`: `git-corrupt` when it is not here, `git-blob-large` when it is over the limit. */
  read(id: string): Promise<Buffer>;
  /** Any object; undefined when it is not here. Throws as `read` does. */
  find(id: string): Promise<StoredObject | undefined>;
  /** Lets the process go. Later reads fail. */
  close(): Promise<void>;
}

interface Request {
  readonly id: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: Failure) => void;
  /** How many processes have been asked. */
  asked: number;
}

interface Reading {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<void>;
}

/** The largest blob that is read: 10 MB, what Argo CD takes for a whole folder of manifests. */
const blobLimit = 10_000_000;

/**
 * A reader on one long-lived `git cat-file --batch`, started with the first read. Reads may overlap; answers come in the
 * order of the requests. When the process dies, what it still owed is asked of a second one, and only once.
 */
export function objectReader(git: Git, limit: number = blobLimit): ObjectReader {
  let owed: Request[] = [];
  let reading: Reading | undefined;
  let closed = false;

  const died = (failure: Failure): void => {
    reading = undefined;
    const again = owed.filter(({ asked }) => asked < 2 && !closed);
    for (const request of owed) if (!again.includes(request)) request.reject(failure);
    owed = [];
    for (const request of again) ask(request);
  };
  const start = (): Reading => {
    const child = startGit(git, ['cat-file', '--batch']);
    const parse = answerParser(limit);
    child.stderr.resume();
    child.stdout.on('data', (chunk: Buffer) => {
      for (const answer of parse(chunk)) owed.shift()?.resolve(answer);
    });
    const ended = ending(child).then(
      () => died(new Failure('git-corrupt', '`git cat-file` ended while it was read from')),
      (thrown: unknown) => died(asFailure(thrown, 'git-failed')),
    );
    return { child, ended };
  };
  const ask = (request: Request): void => {
    request.asked += 1;
    owed.push(request);
    reading ??= start();
    reading.child.stdin.write(`${request.id}\n`);
  };

  const answerTo = (id: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (closed) reject(new Failure('git-closed', 'the repository is closed'));
      else ask({ id: requireId(id), resolve, reject, asked: 0 });
    });
  return {
    async read(id) {
      const answer = await answerTo(id);
      if (answer.status === 'object' && answer.type === 'blob') return answer.bytes;
      throw problem(id, answer, limit);
    },
    async find(id) {
      const answer = await answerTo(id);
      if (answer.status === 'large') throw problem(id, answer, limit);
      return answer.status === 'missing' ? undefined : answer;
    },
    close: async () => {
      closed = true;
      if (reading === undefined) return;
      if (owed.length > 0) endGroup(reading.child);
      else reading.child.stdin.end();
      await reading.ended;
    },
  };
}

function problem(id: string, answer: Answer, limit: number): Failure {
  if (answer.status === 'missing') return new Failure('git-corrupt', `the git object ${id} is missing`);
  if (answer.status === 'object') return new Failure('git-object-type', `the git object ${id} is a ${answer.type}, not a file`);
  return new Failure('git-blob-large', `the git object ${id} has ${answer.size} bytes; at most ${limit} are read`);
}
