import { exitCodes } from '../../src/model/failure.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { manifestsIn, run, runAndTell, type Stage, unmet } from './stage.ts';

/** The first chapters: everything up to a proposal, for which no cluster is needed. */
export async function tellAuthoring(stage: Stage): Promise<readonly Manifest[]> {
  await renderChapter(stage);
  await mistakeChapter(stage);
  const rights = await publishChapter(stage);
  await proposeChapter(stage);
  return rights;
}

async function renderChapter(stage: Stage): Promise<void> {
  const { teller, project } = stage;
  teller.chapter('1. Typed TypeScript becomes plain YAML, with every image pinned');
  teller.tell('An environment says only what is its own. This is all of environments/dev.ts that counts:');
  for (const line of linesOf(project.read('environments/dev.ts'), /^ {2}values: \{/, /^ {2}\},/)) teller.tell(teller.paint.dim(line));
  await runAndTell(stage, ['synth']);
  const [image = ''] = linesOf(project.read('dist/dev/web/deployment.apps.shop.web.yaml'), /image: .*@sha256:/);
  if (image === '') throw unmet('the image of web has no digest');
  teller.tell(`One file for each object. In dist/dev/web/deployment.apps.shop.web.yaml: ${image.trim().slice(0, 70)}…`);
}

async function mistakeChapter(stage: Stage): Promise<void> {
  const { teller, project } = stage;
  teller.chapter('2. Mistakes are stopped at the keyboard, all at once');
  project.edit('environments/dev.ts', { from: 'workers: 1', to: 'wrokers: 1' });
  project.edit('environments/dev.ts', { from: "storage: '1Gi'", to: "storage: '1GB'" });
  const image = "image: 'ghcr.io/stefanprodan/podinfo:6.9.2', ";
  project.edit('environments/staging.ts', { from: 'web: { ', to: `web: { ${image}` });
  teller.tell('A typo, a wrong unit, and an image that nobody pinned. The editor underlines the first; the command finds all three:');
  await runAndTell(stage, ['synth', 'dev', 'staging'], { exit: exitCodes.input });
  project.undo();
  teller.tell('Nothing was written. The mistakes are undone.');
}

/** Returns what an administrator applies, so that the agent may work. */
async function publishChapter(stage: Stage): Promise<readonly Manifest[]> {
  const { teller } = stage;
  teller.chapter('3. The YAML is committed to a branch of its own: environments/dev');
  await runAndTell(stage, ['publish', 'dev', '--direct', '--push', 'origin']);
  const rights = manifestsIn(await run(stage, ['bootstrap', 'dev']));
  const roles = rights.filter(({ kind }) => kind.endsWith('Role'));
  teller.tell(
    `  ${rights.length} objects: what an administrator applies once. ${roles.length} roles hold what dev needs, and nothing more.`,
  );
  return rights;
}

async function proposeChapter(stage: Stage): Promise<void> {
  const { teller, project } = stage;
  teller.chapter('4. A change is proposed, and reviewed as what the cluster would get');
  project.edit('environments/dev.ts', { from: "storage: '1Gi'", to: "storage: '2Gi'" });
  project.commit('Give the database of dev more room');
  await propose(stage);
  teller.tell('One line of TypeScript, one line of YAML. It looks harmless. Only a cluster can know better (chapter 8).');
}

/** Publishes the source as a proposal, and shows its diff as a reviewer sees it. */
export async function propose(stage: Stage): Promise<void> {
  const { teller, project } = stage;
  await runAndTell(stage, ['publish', 'dev', '--push', 'origin']);
  project.git('fetch', '--quiet', 'origin');
  teller.tell(`${teller.paint.dim('$')} git diff environments/dev environments/dev-next`);
  const diff = project.git('diff', '--unified=1', 'origin/environments/dev', 'origin/environments/dev-next', '--', '*.yaml');
  const lines = diff.split('\n').filter((line) => !/^(diff|index|---|new file)/.test(line));
  if (lines.length < 2) throw unmet('the proposal changes nothing');
  for (const line of lines) teller.tell(`  ${coloured(stage, line)}`);
}

function coloured({ teller: { paint } }: Stage, line: string): string {
  if (line.startsWith('+++')) return paint.bold(line.replace(/^\+\+\+ b\//, ''));
  if (line.startsWith('+')) return paint.green(line);
  return line.startsWith('-') ? paint.red(line) : paint.dim(line);
}

/** The lines of `text` from the first that fits `from` to the next that fits `to`. */
function linesOf(text: string, from: RegExp, to: RegExp = from): readonly string[] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => from.test(line));
  if (first < 0) return [];
  const length = lines.slice(first).findIndex((line) => to.test(line));
  return lines.slice(first, first + length + 1);
}
