import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeYaml } from '../../../src/codec/yaml-write.ts';
import { type Manifest, refOf } from '../../../src/model/manifest.ts';
import { formatRef } from '../../../src/model/ref.ts';
import { textAt } from '../../controlplane/api.ts';
import type { Stage } from '../../e2e/stage.ts';
import type { Peer } from '../../peers/peer.ts';
import { type Figure, measureSteps, NoFigure, peakMemory, type Subject } from '../measure.ts';
import { clear } from '../server.ts';
import { sizeOf, type VersionOf, workload } from '../workload.ts';

/** A peer with a way to give it what it is to apply. */
export interface BenchedPeer extends Peer {
  /** Puts a version where the peer will read it, and does not tell it. */
  put(manifests: readonly Manifest[]): Promise<void>;
}

/** What a peer is measured on. */
export interface PeerBench {
  readonly stage: Stage;
  readonly apps: number;
  readonly subject: Subject;
}

/** How many Deployments are tampered with before a sync that repairs them. */
const tamperings = 50;

/** How many seconds a peer gets for a step: it grows with the size, and ends, or a run would take hours. */
export function patienceFor(apps: number): number {
  return Math.min(300, 150 + Math.ceil(sizeOf(apps) * 0.15));
}

/**
 * Measures a peer by its own program with its own rights, which are an administrator's. `from its start` is from the
 * start of the process; every other step is from the moment at which the running process is told.
 */
export async function measurePeer({ stage, apps, subject }: PeerBench, peer: BenchedPeer): Promise<readonly Figure[]> {
  const { who } = subject;
  const of = (versionOf: VersionOf): readonly Manifest[] => workload(apps, { versionOf });
  const step = (what: string, versionOf: VersionOf, run: () => Promise<void>) => ({
    what,
    before: () => peer.put(of(versionOf)),
    run,
    after: () => expectLive(stage, sample(of(versionOf))),
  });
  const third = of(() => 3);
  const victims = deploymentsIn(third).slice(0, tamperings);
  const peaks: number[] = [];
  const look = (): number => peaks.push(peakMemory(peer.pid()) ?? 0);
  try {
    const figures = await measureSteps(subject, [
      step('first apply, from its start', () => 1, peer.start),
      { what: 'nothing changed', run: peer.sync },
      step('one application changed', (app) => (app === 0 ? 2 : 1), peer.sync),
      step('all changed', () => 3, peer.sync),
      {
        what: `drift of ${victims.length} repaired, when told`,
        before: () => tamper(stage, victims),
        run: peer.sync,
        after: () => expectLive(stage, victims),
      },
      { what: 'nothing changed, from its start', before: async () => [look(), await peer.stop()], run: peer.start },
      { ...step('first apply, running', () => 3, peer.sync), before: () => clear(stage.plane) },
    ]);
    look();
    const megabytes = Math.max(...peaks);
    return megabytes === 0 ? figures : [...figures, { who, what: 'all of it, peak memory', megabytes }];
  } finally {
    await peer.stop();
  }
}

function deploymentsIn(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(({ kind }) => kind === 'Deployment');
}

/** The first Deployment and the last, and some between. */
function sample(manifests: readonly Manifest[]): readonly Manifest[] {
  const deployments = deploymentsIn(manifests);
  return deployments.filter((_, i) => i % 25 === 0 || i === deployments.length - 1);
}

const image = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;

async function tamper({ admin }: Stage, manifests: readonly Manifest[]): Promise<void> {
  const evil = [{ op: 'replace', path: `/${image.join('/')}`, value: 'registry.example/evil:1' }] as const;
  for (const manifest of manifests) {
    const answer = await admin.patch(manifest.apiVersion, refOf(manifest), evil, { manager: 'somebody' });
    if (!answer.ok) throw new Error(answer.error.message);
  }
}

/** A peer that says it is done, and is not, has no figure. */
async function expectLive(stage: Stage, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const [is, should] = [textAt(await stage.live(manifest), ...image), textAt(manifest, ...image)];
    if (is !== should) throw new NoFigure('was not applied', `${formatRef(refOf(manifest))} runs ${is ?? 'nothing'}, not ${should}`);
  }
}

/** Writes a workload as people keep it: a file for each application, and one for the namespaces. */
export function writeApplications(folder: string, manifests: readonly Manifest[]): void {
  mkdirSync(folder, { recursive: true });
  const fileOf = ({ kind, metadata }: Manifest): string => (kind === 'Namespace' ? 'namespaces' : metadata.name);
  const files = new Map<string, string[]>();
  for (const manifest of manifests) files.set(fileOf(manifest), [...(files.get(fileOf(manifest)) ?? []), writeYaml(manifest)]);
  for (const [name, texts] of files) writeFileSync(join(folder, `${name}.yaml`), texts.join('---\n'));
}
