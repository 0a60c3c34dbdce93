import { createHash } from 'node:crypto';

/** A commit of git, taken apart as git does it when it looks at who signed. */
export interface SignedCommit {
  /** The tree that it has. */
  readonly tree: string;
  /** The signature in its armor; undefined where there is none. */
  readonly signature: string | undefined;
  /** What was signed: the commit without its signatures. */
  readonly payload: Buffer;
  /** When it says that it was committed, in seconds since 1970. */
  readonly committed: number;
  readonly message: string;
}

/** Whether `bytes` are the commit `id`, by the hash that the id is of. */
export function isCommit(bytes: Buffer, id: string): boolean {
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`commit ${bytes.length}\0`).update(bytes).digest('hex') === id;
}

/**
 * Reads the bytes of a commit. In a repository whose ids are of SHA-256 a signature stands under another key, and what stands under that of the
 * other hash was not signed. Undefined for what git would not write, or read in two ways: who signed that cannot be told.
 */
export function readSignedCommit(bytes: Buffer, hash: 'sha1' | 'sha256'): SignedCommit | undefined {
  const end = bytes.indexOf('\n\n');
  if (end < 0) return undefined;
  // Byte for byte, whatever they are encoded in.
  const lines = bytes.toString('latin1', 0, end).split('\n');
  const headers = grouped(lines);
  const [first] = headers;
  const tree = /^tree ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(first?.lines.join('\n') ?? '')?.[1];
  if (tree === undefined || headers.filter(({ key }) => key === 'tree').length !== 1) return undefined;
  const own = hash === 'sha256' ? 'gpgsig-sha256' : 'gpgsig';
  const signatures = headers.filter(({ key }) => key === own);
  if (signatures.length > 1) return undefined;
  // Git leaves out all that begins so.
  const kept = headers.filter(({ lines: [line = ''] }) => !line.startsWith('gpgsig')).flatMap((header) => header.lines);
  const payload = Buffer.concat([Buffer.from(kept.join('\n'), 'latin1'), bytes.subarray(end)]);
  const committer = headers.find(({ key }) => key === 'committer')?.lines.join('\n') ?? '';
  const seconds = /^committer .*> (\d{1,15}) [+-]\d{4}$/.exec(committer)?.[1];
  if (seconds === undefined) return undefined;
  const [signature] = signatures;
  return {
    tree,
    signature: signature && contentOf(signature),
    payload,
    committed: Number(seconds),
    message: bytes.toString('utf8', end + 2),
  };
}

/** A key with its lines: those behind the first one begin with a space. */
interface Header {
  readonly key: string;
  readonly lines: readonly string[];
}

function grouped(lines: readonly string[]): readonly Header[] {
  const headers: { key: string; lines: string[] }[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) last.lines.push(line);
    else headers.push({ key: line.replace(/ .*$/s, ''), lines: [line] });
  }
  return headers;
}

function contentOf({ key, lines }: Header): string {
  return lines.map((line, i) => line.slice(i === 0 ? key.length + 1 : 1)).join('\n');
}
