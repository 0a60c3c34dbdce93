import { findPrograms } from './controlplane/find.ts';
import { findGitea } from './forge/program.ts';
import { findPeer } from './peers/programs.ts';
import { findChecks } from './pipeline/programs.ts';
import { findRegistry } from './registry/program.ts';

/**
 * Builds what tests need and is not built yet, one after the other, in the order in which they ask for it: beside those that need none of it.
 * What cannot be built here is built, or told, where it is asked for.
 */
const builds: readonly (() => Promise<unknown>)[] = [
  findPrograms,
  findRegistry,
  findGitea,
  () => findPeer('helm'),
  () => findPeer('helm4'),
  () => findPeer('kustomize'),
  () => findPeer('gitops-engine'),
  () => findPeer('kustomize-controller'),
  findChecks,
];
for (const build of builds) await build().catch(() => undefined);
