import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FluxOptions, flux } from '../../peers/flux.ts';
import { gitopsEngine } from '../../peers/gitops-engine.ts';
import type { PeerOptions } from '../../peers/peer.ts';
import { gitEnvironment, runGitIn } from '../../support/repository.ts';
import { type BenchedPeer, writeApplications } from './peer.ts';

/** Flux's kustomize-controller over an archive of a workload. */
export async function benchedFlux(options: FluxOptions): Promise<BenchedPeer & { close(): void }> {
  const peer = await flux(options);
  const workload = join(options.folder, 'workload');
  return {
    ...peer,
    async put(manifests) {
      rmSync(workload, { recursive: true, force: true });
      writeApplications(workload, manifests);
      peer.offer(workload);
    },
  };
}

/** gitops-engine's agent over a repository of a workload. */
export async function benchedEngine(options: PeerOptions): Promise<BenchedPeer> {
  const repository = join(options.folder, 'repository');
  mkdirSync(repository, { recursive: true });
  const env = gitEnvironment(join(options.folder, 'home'));
  runGitIn(repository, env, 'init', '--quiet', '.');
  const peer = await gitopsEngine({ ...options, repository });
  return {
    ...peer,
    async put(manifests) {
      writeApplications(repository, manifests);
      runGitIn(repository, env, 'add', '--all');
      runGitIn(repository, env, 'commit', '--quiet', '--allow-empty', '--message', 'Render');
    },
  };
}
