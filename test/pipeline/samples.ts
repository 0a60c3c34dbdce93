import { parseAllDocuments } from 'yaml';
import { pipelineFiles } from '../../src/pipeline/files.ts';
import { type PipelineFile, type PipelineProject, type PipelineSystem, pipelineSystems } from '../../src/pipeline/project.ts';

/** A project of three environments. */
export const small: PipelineProject = {
  folder: '',
  watched: undefined,
  shared: new Map(),
  environments: ['dev', 'prod', 'staging'],
  branch: 'main',
  image: `node:24-bookworm@sha256:${'24'.repeat(32)}`,
  preview: undefined,
  forge: {},
  nodeFile: undefined,
  packages: { manager: 'npm', version: undefined, lock: 'package-lock.json', folder: '' },
};

/** One of sixty, with previews: all that can be written is. */
export const large: PipelineProject = {
  ...small,
  environments: ['dev', ...Array.from({ length: 59 }, (_, i) => `shop-${String(i + 1).padStart(2, '0')}`)],
  branch: 'trunk',
  preview: 'dev',
  forge: { type: 'gitea', url: 'https://git.example.com' },
  nodeFile: '.nvmrc',
};

/** One of several in its repository, below the lock of a workspace, whose environments share a branch but for one. */
export const nested: PipelineProject = {
  ...small,
  folder: 'apps/shop',
  watched: 'apps',
  shared: new Map(['prod', 'staging'].map((name) => [name, 'fleet'])),
  preview: 'dev',
  nodeFile: 'apps/shop/.nvmrc',
  packages: { manager: 'pnpm', version: '10.18.3', lock: 'pnpm-lock.yaml', folder: 'apps' },
};

/** All files of all systems, each with what it is of. */
export const samples: readonly { readonly system: PipelineSystem; readonly size: string; readonly file: PipelineFile }[] =
  pipelineSystems.flatMap((system) =>
    Object.entries({ small, large, nested }).flatMap(([size, project]) =>
      pipelineFiles(system, project).map((file) => ({ system, size, file })),
    ),
  );

/** Everything that is a script in a file, whatever its form. */
export function scriptsOf({ path, text }: PipelineFile): readonly string[] {
  if (/\.ya?ml$/.test(path)) return parseAllDocuments(text).flatMap((document) => scriptsIn(document.toJS()));
  if (!path.endsWith('Jenkinsfile')) return [text];
  const blocks = [...text.matchAll(/^( *)sh '''\n([\s\S]*?)\n\1'''$/gm)];
  return blocks.map(([, , script = '']) => script.replaceAll('\\\\', '\\'));
}

function scriptsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(scriptsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== 'run' && key !== 'script') return scriptsIn(inner);
    if (typeof inner === 'string') return [inner];
    return Array.isArray(inner) ? [inner.join('\n')] : [];
  });
}
