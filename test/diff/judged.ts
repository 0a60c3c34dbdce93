import { compareTrees } from '../../src/diff/compare.ts';
import type { ConsequenceType } from '../../src/diff/consequence.ts';
import { consequencesOf } from '../../src/diff/judge.ts';
import { sceneOf } from '../../src/diff/scene.ts';
import { formatRef } from '../../src/model/ref.ts';
import { manifests, treeOf } from './samples.ts';

type Given = Parameters<typeof treeOf>[1];

/** The types that were found so far. */
export const seen = new Set<ConsequenceType>();

/** What happens to each object that changes, as lines: the object, then the types with their messages. */
export function consequences(
  before: string,
  after: string,
  given: { readonly before?: Given; readonly after?: Given } = {},
): readonly string[] {
  const [was, now] = [treeOf(manifests(before), given.before), treeOf(manifests(after), given.after)];
  const changes = compareTrees(was, now);
  const scene = sceneOf(was, now, changes);
  return changes.flatMap((change) => {
    const found = consequencesOf(change, scene);
    for (const { type } of found) seen.add(type);
    return [formatRef(change.ref), ...found.map(({ type, message }) => `  ${type}${message === '' ? '' : `: ${message}`}`)];
  });
}

/** An object: a head such as `apps/v1 Deployment shop/web`, and what else it has, as YAML. */
export function object(head: string, rest = ''): string {
  const [apiVersion, kind, place = ''] = head.split(' ');
  const [namespace, name] = place.includes('/') ? place.split('/') : [undefined, place];
  const metadata = `metadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
  return `apiVersion: ${apiVersion}\nkind: ${kind}\n${metadata}${rest}\n---\n`;
}

/** Only the second line and those after it: what happens to the only object that changes. */
export function happens(before: string, after: string, given: { readonly before?: Given; readonly after?: Given } = {}): readonly string[] {
  return consequences(before, after, given)
    .slice(1)
    .map((line) => line.trim());
}
