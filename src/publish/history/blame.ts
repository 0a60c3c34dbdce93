import { type Blame, blameAll, succeed } from '../../diff/blame.ts';
import type { NodeOf } from '../../diff/schemas.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { RenderedRepository, WalkedCommit } from '../../ports.ts';
import { type Followed, stepsOf } from './object.ts';

/** An object as a commit holds it, and which commits made it so. */
export interface Blamed {
  readonly manifest: Manifest;
  readonly blame: Blame;
  /** Commits by their ids: those that did anything to it since it came. */
  readonly commits: ReadonlyMap<string, WalkedCommit>;
}

/** Goes back to the commit that the object came with, and from there on to `tip`; undefined where `tip` does not hold it. */
export async function blameObject(
  repository: RenderedRepository,
  tip: string,
  { nodeOf, ...followed }: Followed & { readonly nodeOf: NodeOf },
): Promise<Blamed | undefined> {
  const steps: { readonly commit: WalkedCommit; readonly after: Manifest }[] = [];
  for await (const { commit, before, after } of stepsOf(repository, tip, followed)) {
    if (after === undefined) break;
    steps.push({ commit, after });
    if (before === undefined) break;
  }
  const blamed = steps.reduceRight<Pick<Blamed, 'manifest' | 'blame'> | undefined>((last, { commit: { commit: by }, after }) => {
    if (last === undefined) return { manifest: after, blame: blameAll(after, by) };
    return { manifest: after, blame: succeed({ before: last.manifest, after, blame: last.blame, by, node: nodeOf(after) }) };
  }, undefined);
  return blamed && { ...blamed, commits: new Map(steps.map(({ commit }) => [commit.commit, commit])) };
}
