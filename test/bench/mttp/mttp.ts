import { join } from 'node:path';
import { messageOf } from '../../../src/model/failure.ts';
import type { Stage } from '../../e2e/stage.ts';
import { fluxWorkers } from '../../peers/flux.ts';
import type { Found } from '../../peers/programs.ts';
import type { Counter, Figure, Subject } from '../measure.ts';
import { measureFlux } from './flux.ts';
import { furnish } from './ground.ts';
import { measureLockstep } from './lockstep.ts';
import type { MttpBench } from './measure.ts';

/** How many applications Flux's benchmark has, each with four objects. */
export const mttpSizes: readonly number[] = [100, 500, 1000];

/** What is measured, and on what. */
export interface MttpRun {
  readonly sizes: readonly number[];
  readonly folder: string;
  readonly say: Subject['say'];
  /** Flux's kustomize-controller; undefined where it is not measured. */
  readonly flux: Found | undefined;
  /** Has something measured on a server that nobody has used before. */
  readonly onFreshServer: (
    act: (ground: { readonly stage: Stage; readonly counter: Counter }) => Promise<readonly Figure[]>,
  ) => Promise<readonly Figure[]>;
}

/** Flux's benchmark of the mean time to production: Lockstep and Flux in turn, each on a fresh server for each size. */
export async function measureMttp({ sizes, folder, say, flux, onFreshServer }: MttpRun): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const measure = async (who: string, apps: number, act: (bench: MttpBench) => Promise<readonly Figure[]>): Promise<void> => {
    say(`measuring ${apps} applications, ${who}`);
    const measured = await onFreshServer(async ({ stage, counter }) => {
      await furnish(stage);
      return act({ stage, counter, apps, folder: join(folder, `mttp-${who}-${apps}`), say });
    }).catch((thrown: unknown): readonly Figure[] => {
      say(`${who}: ${messageOf(thrown)}`);
      return [{ who, what: `install of ${apps} applications`, missing: 'failed' }];
    });
    figures.push(...measured);
  };
  for (const apps of sizes) {
    await measure('lockstep', apps, measureLockstep);
    if (flux === undefined) continue;
    if ('program' in flux) await measure('flux', apps, (bench) => measureFlux(bench, flux));
    else figures.push({ who: 'flux', what: `install of ${apps} applications`, missing: 'is not there' });
  }
  return figures;
}

/** What a reader must know of how it was measured. */
export function mttpNotes(flux: Found | undefined): readonly string[] {
  const published = publishedByFlux.map(({ apps, seconds, megabytes }) => `${apps} in ${seconds} s with ${megabytes} MB`).join(', ');
  return [
    'applications: a Deployment that is scaled to none, ServiceAccount, Service and Ingress, all of one namespace. Install: from the first that is declared to the last that is Ready. Upgrade: a field of every Deployment changes.',
    'lockstep: an object Environment and a branch for each, all of one repository, served over HTTP on this machine; an upgrade is a commit on every branch and one hook, and its time has the fetch in it. Its processor time has that of git in it.',
    ...(flux === undefined
      ? []
      : [
          `flux: kustomize-controller ${flux.version} with ${fluxWorkers} workers, a Kustomization and an OCIRepository for each, \`wait: true\`; an upgrade changes \`postBuild\` of each. The bench plays source-controller beforehand: what that takes is not in the time.`,
        ]),
    `Flux publishes of its kustomize-controller, on 16 cores: ${published}.`,
  ];
}

/** What stands in RESULTS.md of github.com/fluxcd/flux-benchmark for Flux 2.9. */
const publishedByFlux = [
  { apps: 100, seconds: 26, megabytes: 134 },
  { apps: 500, seconds: 120, megabytes: 183 },
  { apps: 1000, seconds: 253, megabytes: 223 },
] as const;
