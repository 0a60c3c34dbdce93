import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** An archive as the status of a source names it. */
export interface Artifact {
  readonly revision: string;
  readonly digest: string;
  readonly url: string;
  readonly path: string;
  readonly size: number;
}

/** Archives of folders, served on loopback. */
export interface Archives {
  /** Packs a folder, and returns the revision that it got. */
  pack(folder: string): string;
  /** The archive of a revision that was packed. */
  artifactOf(revision: string): Artifact;
  close(): void;
}

/** Serves the archives that lie in `folder`. */
export async function serveArchives(folder: string): Promise<Archives> {
  const server = createServer((asked, answer) => {
    const file = createReadStream(join(folder, basename(asked.url ?? '')));
    file.on('error', () => answer.writeHead(404).end());
    file.pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const packed: Artifact[] = [];
  return {
    pack(from) {
      const path = `${packed.length + 1}.tar.gz`;
      execFileSync('tar', ['-czf', join(folder, path), '-C', from, '.']);
      const bytes = readFileSync(join(folder, path));
      const revision = `main@sha1:${createHash('sha1').update(bytes).digest('hex')}`;
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      packed.push({ revision, digest, url: `http://127.0.0.1:${port}/${path}`, path, size: bytes.length });
      return revision;
    },
    artifactOf(revision) {
      const found = packed.find((one) => one.revision === revision);
      if (found === undefined) throw new Error(`there is no archive ${revision}`);
      return found;
    },
    close: () => void server.close(),
  };
}
