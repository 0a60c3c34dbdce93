import { lockPathOf } from '../compile/given.ts';
import type { Files } from '../ports.ts';
import type { Judged } from '../publish/provenance.ts';
import type { Rendering } from './render.ts';

/** What a rendering was judged and pinned by. `prefix` leads from the root of the work tree to the project, whose files these are. */
export async function judgedBy(
  { files }: { readonly files: Pick<Files, 'sha256'> },
  { tree, exceptions }: Pick<Rendering, 'tree' | 'exceptions'>,
  prefix: string,
): Promise<Judged> {
  const path = lockPathOf(tree.environment);
  const sha256 = await files.sha256(path);
  const lock = sha256 === undefined ? undefined : { path: `${prefix}${path}`, sha256 };
  return { lock, policies: tree.policies, exceptions };
}
