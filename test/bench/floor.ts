import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapBounded } from '../../src/agent/bounded.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { type Figure, timed } from './measure.ts';
import { workload } from './workload.ts';

/** What the server itself can do: bare server-side apply, over as many connections as the agent has, of what is in memory. */
export async function measureFloor(cluster: Cluster, apps: number): Promise<readonly Figure[]> {
  const [first, second] = [1, 2].map((version) => workload(apps, { versionOf: () => version, prefix: 'floor' }));
  const figure = async (what: string, manifests: readonly Manifest[]): Promise<Figure> => {
    const seconds = await timed(() => applyAll(cluster, manifests));
    return { who: 'floor', what, seconds, requests: manifests.length };
  };
  return [
    await figure('first apply', first ?? []),
    await figure('nothing changed', first ?? []),
    await figure('all changed', second ?? []),
  ];
}

async function applyAll(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const [homes, rest] = [true, false].map((isHome) => manifests.filter(({ kind }) => (kind === 'Namespace') === isHome));
  for (const some of [homes ?? [], rest ?? []]) {
    for await (const answer of mapBounded(some, (manifest) => cluster.apply(manifest, { manager: 'floor' }), { limit: 8 })) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
  }
}

/** `kubectl apply --server-side` of one file. */
export async function measureKubectl(
  { kubectl, kubeconfig, folder }: { readonly kubectl: string; readonly kubeconfig: string; readonly folder: string },
  apps: number,
): Promise<readonly Figure[]> {
  const file = join(folder, 'workload.yaml');
  writeFileSync(file, workload(apps, { prefix: 'kubectl' }).map(writeYaml).join('---\n'));
  const apply = (): Promise<void> => run(kubectl, ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--filename', file]);
  return [
    { who: 'kubectl', what: 'first apply', seconds: await timed(apply) },
    { who: 'kubectl', what: 'nothing changed', seconds: await timed(apply) },
  ];
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let talk = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      talk += text;
    });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${program} ended with ${code}:\n${talk}`))));
  });
}
