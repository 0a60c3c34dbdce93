import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapBounded } from '../../src/agent/bounded.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { type Figure, measureSteps, NoFigure, type Step, type Subject, timed, told } from './measure.ts';
import { calm } from './server.ts';
import { type VersionOf, workload } from './workload.ts';

/** What the floor is measured on. */
export interface FloorBench {
  readonly cluster: Cluster;
  readonly apps: number;
  /** `who` is what it is called this time. */
  readonly subject: Omit<Subject, 'requests'>;
}

/** What the server itself can do: bare server-side apply, over as many connections as the agent has, of what is in memory. */
export async function measureFloor({ cluster, apps, subject: { who, say } }: FloorBench): Promise<readonly Figure[]> {
  const [first, second] = [1, 2].map((version) => workload(apps, { versionOf: () => version }));
  const figure = async (what: string, manifests: readonly Manifest[]): Promise<Figure> => {
    const seconds = await timed(() => applyAll(cluster, manifests));
    return told({ who, what, seconds, requests: manifests.length }, say);
  };
  const afterCalm = async (act: () => Promise<Figure>): Promise<Figure> => {
    await calm(cluster);
    return act();
  };
  return [
    await figure('first apply', first ?? []),
    await figure('nothing changed', first ?? []),
    await afterCalm(() => figure('all changed', second ?? [])),
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

/** What kubectl is measured with. */
export interface KubectlBench {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly folder: string;
  readonly apps: number;
  readonly subject: Omit<Subject, 'who'>;
}

/** After this many seconds kubectl is ended. */
const patience = 900;

/** `kubectl apply --server-side` of one file. */
export function measureKubectl({ kubectl, kubeconfig, folder, apps, subject }: KubectlBench): Promise<readonly Figure[]> {
  const file = join(folder, 'workload.yaml');
  const step = (what: string, versionOf: VersionOf): Step => ({
    what,
    before: async () => writeFileSync(file, workload(apps, { versionOf }).map(writeYaml).join('---\n')),
    run: () => run(kubectl, ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--filename', file]),
  });
  return measureSteps({ ...subject, who: 'kubectl' }, [
    step('first apply', () => 1),
    step('nothing changed', () => 1),
    step('one application changed', (app) => (app === 0 ? 2 : 1)),
    step('all changed', () => 3),
  ]);
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: patience * 1000 });
    let talk = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      talk += text;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else if (child.killed) fail(new NoFigure(`gave up after ${patience} s`, 'kubectl was still at it'));
      else fail(new NoFigure(`ended with ${code}`, talk.trimEnd().split('\n').at(-1) ?? ''));
    });
  });
}
