import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Figure, type Subject, timed, told } from './measure.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** A project of environments that all have the same number of applications, of four objects each. */
export interface BenchProject {
  readonly folder: string;
  /** Edits a line of the first environment, `bench`. */
  readonly setLevel: (level: string) => void;
  /** Runs the built program in it, to its end. */
  readonly run: (...args: readonly string[]) => Promise<void>;
  /** The most memory that the first process of the last run ever held, in megabytes. */
  readonly megabytes: () => number;
}

/** Writes a project into `folder`, that need not exist. */
export function writeBenchProject(folder: string, apps: number, environments = 1): BenchProject {
  for (const path of ['charts', 'environments']) mkdirSync(join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(root, 'build'), join(folder, 'build'));
  const exports = { '.': { types: './build/types/index.d.ts', default: './build/index.js' } };
  const dependencies = { cdk8s: '*', 'cdk8s-plus-28': '*', constructs: '*', zod: '*' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lockstep', type: 'module', exports, dependencies }));
  writeFileSync(join(folder, 'charts', 'app.ts'), chart(constructsOf(apps)));
  const names = Array.from({ length: environments }, (_, i) => (i === 0 ? 'bench' : `bench-${i}`));
  const write = (name: string, level: string): void =>
    writeFileSync(
      join(folder, 'environments', `${name}.ts`),
      `import { defineEnvironment } from 'lockstep';
import { app } from '../charts/app.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', kubernetes: '1.35', charts: { app }, values: { app: { level: '${level}' } } });
`,
    );
  for (const name of names) write(name, 'info');
  const memory = join(folder, 'memory');
  const preload = `data:text/javascript,${encodeURIComponent(rememberMemory(memory))}`;
  const program = join(root, 'build', 'main.js');
  return {
    folder,
    setLevel: (level) => write('bench', level),
    run: async (...args) =>
      void execFileSync(process.execPath, ['--import', preload, program, ...args], { cwd: folder, stdio: 'pipe', maxBuffer: 1 << 28 }),
    megabytes: () => Math.round(Number(readFileSync(memory, 'utf8')) / 1024),
  };
}

/** What a process runs first, so that it writes the most memory that it ever held into a file, in kilobytes. */
function rememberMemory(file: string): string {
  return `import { writeFileSync } from 'node:fs';
const write = writeFileSync;
process.on('exit', () => write(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
}

/** A project that is rendered from nothing, again, and after the edit of one line. */
interface SynthCase {
  /** `1001 objects`, `10050 objects in 50 environments`. */
  readonly what: string;
  readonly project: BenchProject;
}

/** Renders from 100 objects to 10,000, in one environment and in fifty, and objects that depend on each other in layers. */
export async function measureSynth(folder: string, apps: number, say: Subject['say']): Promise<readonly Figure[]> {
  const at = (name: string): string => join(folder, `synth-${name}`);
  const cases = synthSizes(apps).map((size) => ({ what: `${synthSizeOf(size)} objects`, project: writeBenchProject(at(`${size}`), size) }));
  const fleet = { what: `${50 * synthSizeOf(apps / 5)} objects in 50 environments`, project: writeBenchProject(at('fleet'), apps / 5, 50) };
  const figures: Figure[] = [];
  for (const one of [...cases, fleet]) figures.push(...(await measureCase(one, say)));
  for (const depth of [3, 10]) figures.push(await measureChain({ folder: at(`chain-${depth}`), apps, depth, say }));
  return figures;
}

/** Numbers of applications, for about 100, 1,000 and 10,000 objects at scale 1. */
export function synthSizes(apps: number): readonly number[] {
  return [apps / 10, apps, apps * 10].map(Math.round);
}

async function measureCase({ what, project }: SynthCase, say: Subject['say']): Promise<readonly Figure[]> {
  const who = 'lockstep';
  const synth = (): Promise<void> => project.run('synth');
  const cold = told({ who, what: `synth of ${what}, cold`, seconds: await timed(synth) }, say);
  const memory = { who, what: `synth of ${what}, cold, peak memory`, megabytes: project.megabytes() };
  const again = told({ who, what: `synth of ${what}, unchanged`, seconds: await timed(synth) }, say);
  project.setLevel('debug');
  return [cold, memory, again, told({ who, what: `synth of ${what}, one line edited`, seconds: await timed(synth) }, say)];
}

/** About as many objects, in charts that are stacked in so many layers, each on all charts of the layer below. */
async function measureChain({
  folder,
  apps,
  depth,
  say,
}: {
  readonly folder: string;
  readonly apps: number;
  readonly depth: number;
  readonly say: Subject['say'];
}): Promise<Figure> {
  const project = writeBenchProject(folder, 1);
  writeFileSync(join(folder, 'charts', 'app.ts'), chart(layersOf(depth, Math.round((apps * 2) / (5 * depth)))));
  const seconds = await timed(() => project.run('synth'));
  return told({ who: 'lockstep', what: `synth of objects in ${depth} layers that depend on each other, cold`, seconds }, say);
}

/** Statements that make `depth` layers of `width` charts of ten objects, each chart after all of the layer below. */
export function layersOf(depth: number, width: number): string {
  return `
    let below: Chart[] = [];
    for (let layer = 0; layer < ${depth}; layer++) {
      const charts = Array.from({ length: ${width} }, (_, i) => new Chart(chart, \`layer-\${layer}-\${i}\`, { namespace: 'bench', disableResourceNameHashes: true }));
      for (const [i, one] of charts.entries()) {
        for (let object = 0; object < 10; object++) {
          const metadata = { name: \`config-\${layer}-\${i}-\${object}\` };
          new k8s.KubeConfigMap(one, \`config-\${object}\`, { metadata, data: { LEVEL: level } });
        }
        for (const other of below) one.addDependency(other);
      }
      below = charts;
    }
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'bench' } });
`;
}

function chart(statements: string): string {
  return `import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart } from 'lockstep';
import { z } from 'zod';

export const app = defineChart({
  namespace: 'bench',
  values: z.object({ level: z.string() }),
  build(chart, { values: { level } }) {
    void Chart;
${statements}
  },
});
`;
}

/** How many objects `constructsOf` makes: four for each application, and their namespace. */
export function synthSizeOf(apps: number): number {
  return apps * 4 + 1;
}

/** The image of every application. */
export const synthImage = { name: 'registry.example/app', digest: `sha256:${'a'.repeat(64)}` } as const;

/** Statements that make the objects in `chart`, with `k8s` and `level` in scope. */
export function constructsOf(apps: number): string {
  return `
    const image = '${synthImage.name}:1@${synthImage.digest}';
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'bench' } });
    for (let i = 0; i < ${apps}; i++) {
      const name = \`app-\${i}\`;
      const labels = { app: name };
      new k8s.KubeServiceAccount(chart, \`account-\${i}\`, { metadata: { name } });
      new k8s.KubeConfigMap(chart, \`config-\${i}\`, { metadata: { name }, data: { LEVEL: level } });
      new k8s.KubeService(chart, \`service-\${i}\`, { metadata: { name }, spec: { selector: labels, ports: [{ name: 'http', port: 80 }] } });
      new k8s.KubeDeployment(chart, \`deployment-\${i}\`, {
        metadata: { name, labels },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { serviceAccountName: name, containers: [{ name: 'app', image, envFrom: [{ configMapRef: { name } }], ports: [{ containerPort: 8080 }] }] },
          },
        },
      });
    }`;
}
