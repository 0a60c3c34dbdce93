import { createHash } from 'node:crypto';
import { writeIndex } from '../../src/codec/index-file.ts';
import { predicateType } from '../../src/codec/statement.ts';
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
import { commitBytes, commitId } from '../support/sshsig.ts';

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
  commit(objects: readonly Committed[], rest?: Partial<RenderedIndex> & { readonly anew?: boolean; readonly sign?: Sign }): string;
  /** Attests the tree of a commit: of this environment, or of another one. */
  attest(commit: string, by: { readonly sign: Sign; readonly environment?: string }): void;
  /** How often it was looked for attestations at the remote. */
  readonly looks: number;
  /** From now on the remote cannot be reached, or can be again. */
  setReachable(reachable: boolean): void;
}

type Sign = (payload: Buffer) => string;

interface FakeCommit {
  readonly tree: string;
  readonly bytes: Buffer;
  readonly parent: string | undefined;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** A branch without a commit. */
export function fakeSource(environment: string): FakeSource {
  const commits = new Map<string, FakeCommit>();
  const blobs = new Map<string, string>();
  const notes = new Map<string, Buffer>();
  const known = new Map<string, Buffer>();
  let looks = 0;
  let tip: string | undefined;
  let reachable = true;
  const reach = (): void => {
    if (!reachable) throw new Failure('git-unreachable', 'the repository cannot be reached');
  };
  return {
    commit(objects, { anew = false, sign, ...rest } = {}) {
      const files = filesOf(environment, objects, rest);
      for (const { text } of files) blobs.set(sha(text), text);
      const parent = anew ? undefined : tip;
      const tree = sha(JSON.stringify(files));
      const bytes = commitBytes({ tree, parent, message: `Commit ${commits.size}\n`, sign });
      tip = commitId(bytes, 'sha256');
      commits.set(tip, { parent, files, tree, bytes });
      return tip;
    },
    attest(commit, { sign, environment: of = environment }) {
      const { tree = '' } = commits.get(commit) ?? {};
      notes.set(tree, commitBytes({ tree, message: statementOf(of, tree), sign }));
    },
    get looks() {
      return looks;
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
    bytesOf: async (commit) => commits.get(commit)?.bytes ?? Buffer.alloc(0),
    treeOf: async (commit) => commits.get(commit)?.tree ?? '',
    async *attestations(tree) {
      const here = known.get(tree);
      if (here !== undefined) yield here;
      reach();
      looks += 1;
      const there = notes.get(tree);
      if (there === undefined || there === here) return;
      known.set(tree, there);
      yield there;
    },
    close: async () => {},
  };
}

function statementOf(environment: string, tree: string): string {
  const source = { uri: 'https://git.example.com/shop.git', commit: '1'.repeat(40) };
  const predicate = { environment, source, tool: 'lockstep/1.0.0' };
  return JSON.stringify({ subject: [{ digest: { gitTree: tree } }], predicateType, predicate });
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
