import { isObject, type Json, listAt, stringAt } from '../../model/json.ts';
import { readDrySha } from '../provenance.ts';
import type { Reference } from '../references.ts';

/** A source commit, as the `hydrator.metadata` of a rendered one tells it. */
export interface ToldSource {
  readonly commit: string;
  /** `Ada Lovelace <ada@example.com>` */
  readonly author?: string;
  /** RFC 3339. */
  readonly date?: string;
  readonly subject?: string;
  /** Where people find it. */
  readonly repoURL?: string;
  /** Commits of other repositories that led to it, and the one that the lock named. */
  readonly references: readonly Reference[];
}

/** The source that a `hydrator.metadata` tells of, whoever wrote it; undefined where it names no commit. */
export function readMetadata(text: string): ToldSource | undefined {
  const commit = readDrySha(text);
  if (commit === undefined) return undefined;
  const read: Json = JSON.parse(text);
  const references = listAt(read, 'references').map((one) => textsOf(isObject(one) ? one['commit'] : undefined, referenceFields));
  return {
    commit,
    ...textsOf(read, sourceFields),
    references: references.filter((one) => Object.keys(one).length > 0),
  };
}

const sourceFields = ['author', 'date', 'subject', 'repoURL'] as const;
const referenceFields = ['author', 'date', 'subject', 'body', 'sha', 'repoURL'] as const;

/** Those of `fields` that are text. */
function textsOf<F extends string>(value: Json | undefined, fields: readonly F[]): Readonly<Partial<Record<F, string>>> {
  const found: Partial<Record<F, string>> = {};
  for (const field of fields) {
    const text = stringAt(value, field);
    if (text !== undefined && text !== '') found[field] = text;
  }
  return found;
}
