import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { writeIndex } from '../../src/codec/index-file.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import {
  byPath,
  type IndexedObject,
  indexPath,
  type RenderedIndex,
  type RenderedTree,
  usualIndex,
  usualRules,
} from '../../src/model/rendered.ts';
import type { RenderedRepository } from '../../src/ports.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** The path of the ConfigMap `name` in a rendered tree. */
export function pathOf(name: string): string {
  return `web/configmap.core.shop.${name}.yaml`;
}

/** A tree with a ConfigMap per entry of `data`, by name, that holds its value. */
export function treeOf(data: Readonly<Record<string, string>>, given: Partial<RenderedIndex> = {}): RenderedTree {
  const files = Object.entries(data).map(([name, value]) => ({ path: pathOf(name), text: manifest(name, value) }));
  const objects = Object.entries(data).map(([name, value]) => indexed(name, manifest(name, value)));
  const index: RenderedIndex = {
    ...usualIndex,
    environment: 'prod',
    cluster: 'eu-1',
    kubernetes: '1.35',
    objects: objects.sort(byPath),
    ...given,
  };
  return {
    environment: index.environment,
    files: [{ path: indexPath, text: writeIndex(index) }, ...files].sort(byPath),
    index,
    access: { watching: [], acting: [] },
    policies: [],
  };
}

/** The text of the ConfigMap `name`. */
export function manifest(name: string, value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\ndata:\n  value: ${value}\n`;
}

function indexed(name: string, text: string): IndexedObject {
  return {
    path: pathOf(name),
    ref: { group: '', kind: 'ConfigMap', namespace: 'shop', name },
    apiVersion: 'v1',
    sha256: createHash('sha256').update(text).digest('hex'),
    construct: `web/${name}`,
    wave: 0,
    dependsOn: [],
    slice: '',
    rules: usualRules,
  };
}

/** A project with one source commit, and its repository open. */
export async function project(t: TestContext): Promise<{ readonly source: TestRepository; readonly repository: RenderedRepository }> {
  const source = makeRepository(t);
  source.commit({ 'environments/prod.ts': 'export default 1;\n' }, 'Start the shop\n\nWith one page.\n');
  return { source, repository: await opened(t, source) };
}

/** The repository, until the test ends. */
export async function opened(t: TestContext, { folder, env }: TestRepository): Promise<RenderedRepository> {
  const repository = await openRepository({ folder, env });
  t.after(() => repository.close());
  return repository;
}

/** The branch `ref` with one file changed by hand: written, added, or removed when `text` is undefined. */
export function editByHand(
  source: TestRepository,
  ref: string,
  { path, text }: { readonly path: string; readonly text: string | undefined },
): string {
  const scratch = `${source.folder}-scratch`;
  source.git('worktree', 'add', '--quiet', '--force', '--detach', scratch, ref);
  const tree = { ...source, git: (...args: readonly string[]) => source.git('-C', scratch, ...args) };
  if (text === undefined) tree.git('rm', '--quiet', path);
  else {
    source.write(`../project-scratch/${path}`, text);
    tree.git('add', '--all');
  }
  tree.git('commit', '--quiet', '--message', 'Fix it by hand');
  const commit = tree.git('rev-parse', 'HEAD');
  source.git('worktree', 'remove', '--force', scratch);
  source.git('update-ref', ref.startsWith('refs/') ? ref : `refs/heads/${ref}`, commit);
  return commit;
}
