/** What `git cat-file --batch` answers to one request. */
export type Answer =
  | { readonly status: 'object'; readonly type: string; readonly bytes: Buffer }
  /** It is larger than the limit; its bytes were let go. */
  | { readonly status: 'large'; readonly size: number }
  | { readonly status: 'missing' };

/** Takes what `git cat-file --batch` prints, piece by piece, and returns the answers that are complete. */
export type AnswerParser = (chunk: Buffer) => readonly Answer[];

interface Body {
  readonly type: string;
  readonly size: number;
  readonly chunks: Buffer[];
  /** Bytes still to come, the newline behind the object included. */
  left: number;
}

const newline = 0x0a;

/** A parser that keeps objects of at most `limit` bytes. The format is in git-cat-file(1), section batch output. */
export function answerParser(limit: number): AnswerParser {
  let header = Buffer.alloc(0);
  let body: Body | undefined;
  return (chunk) => {
    const answers: Answer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (body === undefined) {
        const end = rest.indexOf(newline);
        header = Buffer.concat([header, end < 0 ? rest : rest.subarray(0, end)]);
        if (end < 0) break;
        rest = rest.subarray(end + 1);
        body = bodyAfter(header.toString('latin1'));
        header = Buffer.alloc(0);
        if (body === undefined) answers.push({ status: 'missing' });
      } else {
        rest = take(body, rest, limit);
        if (body.left > 0) continue;
        answers.push(answerOf(body, limit));
        body = undefined;
      }
    }
    return answers;
  };
}

/** `<id> <type> <size>` is followed by the object; `<id> missing` by nothing. */
function bodyAfter(header: string): Body | undefined {
  const [, type = '', size = ''] = header.split(' ');
  return /^\d+$/.test(size) ? { type, size: Number(size), chunks: [], left: Number(size) + 1 } : undefined;
}

function take(body: Body, from: Buffer, limit: number): Buffer {
  const taken = from.subarray(0, body.left);
  if (body.size <= limit) body.chunks.push(taken);
  body.left -= taken.length;
  return from.subarray(taken.length);
}

function answerOf({ type, size, chunks }: Body, limit: number): Answer {
  if (size > limit) return { status: 'large', size };
  return { status: 'object', type, bytes: Buffer.concat(chunks).subarray(0, size) };
}
