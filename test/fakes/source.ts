import { createHash } from 'node:crypto';
import { writeIndex } from '../../src/codec/index-file.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { Failure } from '../../src/model/failure.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import {
  byPath,
  type IndexedObject,
  indexPath,
  type ObjectRules,
  type RenderedIndex,
  usualIndex,
  usualRules,
} from '../../src/model/rendered.ts';
import type { RenderedSource } from '../../src/ports.ts';

/** How one object stands in a committed tree. */
export interface Committed {
  readonly manifest: Manifest;
  readonly wave?: number;
  /** The names of the objects that it depends on. */
  readonly dependsOn?: readonly string[];
  readonly slice?: string;
  readonly rules?: Partial<ObjectRules>;
}

/** A rendered branch in memory. */
export interface FakeSource extends RenderedSource {
  /** Commits a tree on top of the branch, or, with `anew`, in place of its history. */
  commit(objects: readonly Committed[], rest?: Partial<RenderedIndex> & { readonly anew?: boolean }): string;
  /** From now on the remote cannot be reached, or can be again. */
  setReachable(reachable: boolean): void;
}

interface FakeCommit {
  readonly parent: string | undefined;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** A branch without a commit. */
export function fakeSource(environment: string): FakeSource {
  const commits = new Map<string, FakeCommit>();
  const blobs = new Map<string, string>();
  let tip: string | undefined;
  let reachable = true;
  const reach = (): void => {
    if (!reachable) throw new Failure('git-unreachable', 'the repository cannot be reached');
  };
  return {
    commit(objects, { anew = false, ...rest } = {}) {
      const files = filesOf(environment, objects, rest);
      for (const { text } of files) blobs.set(sha(text), text);
      const parent = anew ? undefined : tip;
      tip = sha(JSON.stringify([parent, commits.size, files]));
      commits.set(tip, { parent, files });
      return tip;
    },
    setReachable(next) {
      reachable = next;
    },
    async tip() {
      reach();
      return tip;
    },
    refresh() {},
    async fetch() {
      reach();
    },
    has: async (commit) => commits.has(commit),
    keep: async () => {},
    async isAncestor(ancestor, commit) {
      for (let here: string | undefined = commit; here !== undefined; here = commits.get(here)?.parent) if (here === ancestor) return true;
      return false;
    },
    files: async (commit) =>
      (commits.get(commit)?.files ?? []).map(({ path, text }) => ({
        path,
        mode: '100644',
        blob: sha(text),
        size: Buffer.byteLength(text),
      })),
    read: async (blob) => Buffer.from(blobs.get(blob) ?? ''),
    close: async () => {},
  };
}

function filesOf(environment: string, objects: readonly Committed[], rest: Partial<RenderedIndex>): FakeCommit['files'] {
  const written = objects.map((object) => ({ ...object, path: pathOf(object.manifest), text: writeYaml(object.manifest) })).sort(byPath);
  const paths = new Map(written.map(({ manifest, path }) => [manifest.metadata.name, path]));
  const indexed = written.map(
    ({ manifest, path, text, wave = 1, dependsOn = [], slice = '', rules }): IndexedObject => ({
      path,
      ref: refOf(manifest),
      apiVersion: manifest.apiVersion,
      sha256: sha(text),
      construct: path,
      wave,
      dependsOn: dependsOn.flatMap((name) => paths.get(name) ?? []),
      slice,
      rules: { ...usualRules, ...rules },
    }),
  );
  const index: RenderedIndex = {
    ...usualIndex,
    environment,
    cluster: 'test',
    kubernetes: '1.35',
    ...rest,
    objects: indexed,
  };
  return [...written.map(({ path, text }) => ({ path, text })), { path: indexPath, text: writeIndex(index) }];
}

function pathOf({ kind, metadata }: Manifest): string {
  return `test/${kind.toLowerCase()}.${metadata.namespace ?? '_cluster'}.${metadata.name}.yaml`;
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
