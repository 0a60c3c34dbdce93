import { writeIndex } from '../codec/index-file.ts';
import { indexPath, type RenderedIndex, usualIndex } from '../model/rendered.ts';
import type { RenderedSource } from '../ports.ts';

/** The name of a commit that no repository has: what an environment is at that is being dissolved. */
export const nowhere = '0'.repeat(40);

/**
 * A source whose only commit says that `environment` is no more and that what it owns is deleted. It is told so by the object that
 * declared the environment: its repository need not be there any more.
 */
export function dissolvedSource(environment: string): RenderedSource {
  const index: RenderedIndex = {
    ...usualIndex,
    environment,
    cluster: '',
    kubernetes: '0.0',
    preflight: 'none',
    removed: 'prune',
  };
  const text = Buffer.from(writeIndex(index));
  return {
    tip: async () => nowhere,
    fetch: async () => {},
    has: async () => true,
    keep: async () => {},
    // Whatever was applied last, this comes after it.
    isAncestor: async () => true,
    files: async (commit) => (commit === nowhere ? [{ path: indexPath, mode: '100644', blob: nowhere, size: text.length }] : []),
    read: async () => text,
    bytesOf: async () => Buffer.alloc(0),
    treeOf: async () => nowhere,
    // Nobody signs what the object itself says.
    async *attestations() {},
    refresh: () => {},
    close: async () => {},
  };
}
