import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Figure, percentile, type Subject, timed, told } from './measure.ts';
import { type BenchProject, synthSizeOf, writeBenchProject } from './synth.ts';

/** Rendered trees that are validated: the second is ten times the first, whatever the scale, so that the cost is seen to be linear. */
const sizes = [250, 2500] as const;

/** A rendered tree of so many objects, one in each file. */
export interface RenderedTree {
  readonly folder: string;
  readonly objects: number;
}

/** What validation costs, and the trees that it was measured on. */
export interface Validated {
  readonly figures: readonly Figure[];
  readonly trees: readonly RenderedTree[];
}

/** Measures what validation takes of `lockstep synth`, and `lockstep check` over the files that it wrote. */
export async function measureValidation(folder: string, say: Subject['say']): Promise<Validated> {
  const figures: Figure[] = [];
  const trees: RenderedTree[] = [];
  for (const apps of sizes) {
    const objects = synthSizeOf(apps);
    const project = writeBenchProject(join(folder, `validation-${apps}`), apps);
    await project.run('synth');
    const tree: RenderedTree = { folder: join(project.folder, 'dist', 'bench'), objects };
    const who = 'lockstep';
    figures.push(told({ who, what: `validation within synth, ${objects} objects`, seconds: withinSynth(project) }, say));
    await project.run('check', tree.folder);
    figures.push(told({ who, what: `check of ${objects} files`, seconds: await timed(() => project.run('check', tree.folder)) }, say));
    trees.push(tree);
  }
  return { figures, trees };
}

/**
 * The seconds that validation takes in a process of its own, where nothing is warm but what synth did before: the median of three. Its
 * code is bundled as that of the product is: run as TypeScript it would be another one, that names every function that it makes.
 */
function withinSynth({ folder }: BenchProject): number {
  const script = join(folder, 'within-synth.js');
  const external = ['cdk8s', 'constructs', 'tsx', 'zod'];
  buildSync({
    entryPoints: [join(import.meta.dirname, 'within-synth.ts')],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    banner: { js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);" },
  });
  const args = [script, join(folder, 'environments', 'bench.ts')];
  const seconds = Array.from({ length: 3 }, () => Number(execFileSync(process.execPath, args, { encoding: 'utf8' })));
  return percentile(seconds, 0.5);
}
