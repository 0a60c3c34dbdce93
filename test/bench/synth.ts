import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Figure, timed } from './measure.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** A project of one environment, `bench`, with `apps` applications of four objects. */
export interface BenchProject {
  readonly folder: string;
  /** Edits a line of the environment. */
  readonly setLevel: (level: string) => void;
  /** Runs the built program in it, to its end. */
  readonly run: (...args: readonly string[]) => Promise<void>;
}

/** Writes a project into `folder`, that need not exist. */
export function writeBenchProject(folder: string, apps: number): BenchProject {
  for (const path of ['charts', 'environments']) mkdirSync(join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(root, 'build'), join(folder, 'build'));
  const exports = { '.': { types: './build/types/index.d.ts', default: './build/index.js' } };
  const dependencies = { cdk8s: '*', 'cdk8s-plus-28': '*', constructs: '*', zod: '*' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lockstep', type: 'module', exports, dependencies }));
  writeFileSync(join(folder, 'charts', 'app.ts'), chart(apps));
  const environment = (level: string): string => `import { defineEnvironment } from 'lockstep';
import { app } from '../charts/app.js';
export default defineEnvironment({ name: 'bench', cluster: 'local', kubernetes: '1.35', charts: { app }, values: { app: { level: '${level}' } } });
`;
  const setLevel = (level: string): void => writeFileSync(join(folder, 'environments', 'bench.ts'), environment(level));
  setLevel('info');
  return {
    folder,
    setLevel,
    run: async (...args) => void execFileSync(process.execPath, [join(root, 'build', 'main.js'), ...args], { cwd: folder, stdio: 'pipe' }),
  };
}

/** Renders `apps` applications of four objects: from nothing, again, and after the edit of one line. */
export async function measureSynth(folder: string, apps: number): Promise<readonly Figure[]> {
  const project = writeBenchProject(join(folder, 'synth'), apps);
  const synth = (): Promise<void> => project.run('synth');
  const cold = await timed(synth);
  const again = await timed(synth);
  project.setLevel('debug');
  const edited = await timed(synth);
  const who = 'lockstep';
  return [
    { who, what: 'synth, cold', seconds: cold },
    { who, what: 'synth, unchanged', seconds: again },
    { who, what: 'synth, one line edited', seconds: edited },
  ];
}

function chart(apps: number): string {
  return `import { k8s } from 'cdk8s-plus-28';
import { defineChart } from 'lockstep';
import { z } from 'zod';

export const app = defineChart({
  namespace: 'bench',
  values: z.object({ level: z.string() }),
  build(chart, { values: { level } }) {
${constructsOf(apps)}
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
