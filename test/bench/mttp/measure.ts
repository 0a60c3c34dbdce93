import { textAt } from '../../controlplane/api.ts';
import type { Stage } from '../../e2e/stage.ts';
import { type Counter, type Figure, measureSteps, NoFigure, peakMemory, type Subject } from '../measure.ts';
import { application } from './applications.ts';
import { processorTime } from './ground.ts';

/** What is measured, in order: all applications are new, then a line of each is changed. */
const steps = ['install', 'upgrade'] as const;
type MttpStep = (typeof steps)[number];

/** What an application asks for of a processor, by the step that brings it. */
export const millicores: Readonly<Record<MttpStep, number>> = { install: 1, upgrade: 2 };

/** What a tool is measured on: a server of its own. */
export interface MttpBench {
  readonly stage: Stage;
  readonly counter: Counter;
  readonly apps: number;
  /** A folder of its own. */
  readonly folder: string;
  readonly say: Subject['say'];
}

/** A tool that runs, and waits for something to do. */
export interface Deployed {
  readonly who: string;
  /** As whom it asks the API server. */
  readonly user: string;
  pid(): number | undefined;
  /** What must be there before a step, and is not measured. */
  prepare(step: MttpStep): Promise<void>;
  /** Tells of all applications, and resolves when each is said to be Ready. */
  act(step: MttpStep): Promise<void>;
}

/** How many seconds a step may take: four times what Flux publishes. */
export function patienceFor(apps: number): number {
  return 120 + apps;
}

/** Measures both steps: from when the first is told to when the last is Ready. */
export async function measureDeployed({ stage, counter, apps, say }: MttpBench, deployed: Deployed): Promise<readonly Figure[]> {
  const { who, user, pid } = deployed;
  const figures: Figure[] = [];
  for (const step of steps) {
    let before = 0;
    const [figure] = await measureSteps({ who, say, requests: () => counter.requestsOf(user) }, [
      {
        what: `${step} of ${apps} applications`,
        before: async () => {
          await deployed.prepare(step);
          before = processorTime(pid());
        },
        run: () => deployed.act(step),
        after: () => expectLive(stage, apps, millicores[step]),
      },
    ]);
    if (figure === undefined) break;
    const processor = processorTime(pid()) - before;
    const megabytes = peakMemory(pid());
    figures.push({ ...figure, processor }, ...(megabytes === undefined ? [] : [{ who, what: `${figure.what}, peak memory`, megabytes }]));
    if (figure.missing !== undefined) break;
  }
  return figures;
}

const asked = ['spec', 'template', 'spec', 'containers', 0, 'resources', 'requests', 'cpu'] as const;

/** What is said to be Ready, and is not as it should be, is no figure. */
async function expectLive(stage: Stage, apps: number, cpu: number): Promise<void> {
  for (const app of [0, Math.floor(apps / 2), apps - 1]) {
    for (const manifest of application(app, cpu)) {
      const live = await stage.live(manifest);
      const [is, should] = [textAt(live, ...asked), textAt(manifest, ...asked)];
      if (live === undefined || is !== should)
        throw new NoFigure('was not applied', `${manifest.kind} ${manifest.metadata.name} asks for ${is}, not ${should}`);
    }
  }
}
