import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import { minorOf, scopeIn } from '../../src/schema/builtin.ts';
import { isBuiltinGroup } from '../../src/schema/kinds.ts';
import { type Finding, walk } from '../../src/schema/walk.ts';
import { type Kinds, schemaOf } from './mutants.ts';

/** What an object cannot be read with. The rest of what a schema tells, the API server looks after in code. */
const unreadable: readonly Finding['type'][] = ['unknown', 'mistyped', 'malformed', 'duplicate', 'unkeyed'];

/**
 * What keeps `manifest` from being read, by the schemas alone: where the API server reads it, there is none. Custom resources are
 * read whatever is in them.
 */
export function unreadableIn(manifest: Manifest, kinds: Kinds): readonly string[] {
  if (!isBuiltinGroup(groupOf(manifest.apiVersion))) return [];
  const { status, ...rest } = manifest;
  const schema = schemaOf(manifest, kinds);
  const scope = scopeIn(minorOf(kinds.kubernetes));
  const found = [...walk(rest, { schema, scope }), ...walk({ status }, { schema, scope }, { lenient: true })];
  return found.filter(isTold).map(({ type, path }) => `${type} /${path.join('/')}`);
}

/** What is dropped is told as a warning, and a number that is too long is cut by an apply alone. */
function isTold(finding: Finding): boolean {
  if (finding.type === 'unknown') return !finding.isDropped;
  if (finding.type === 'malformed') return finding.format.expected !== 'a number of 32 bits';
  return unreadable.includes(finding.type);
}
