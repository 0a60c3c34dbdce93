import { isObject, parseJson } from '../model/json.ts';

/** What the predicate of our statements is (in-toto Attestation Framework, Statement v1). */
export const predicateType = 'https://lockstep.dev/attestation/rendered/v1';

/** What a statement of ours says that is looked at again. */
export interface Attested {
  readonly environment: string;
  readonly tree: string;
  /** The commit of the source that has the lock. */
  readonly source: string;
  /** The version that rendered it. */
  readonly version: string;
  readonly isDirty: boolean;
}

/** What a statement says, or undefined when it is none of ours, or not whole. Anybody may have written it. */
export function readStatement(text: string): Attested | undefined {
  const statement = parseJson(text);
  if (!isObject(statement) || statement['predicateType'] !== predicateType) return undefined;
  const { subject, predicate } = statement;
  const digest = Array.isArray(subject) && subject.length === 1 && isObject(subject[0]) ? subject[0]['digest'] : undefined;
  if (!isObject(digest) || !isObject(predicate) || !isObject(predicate['source'])) return undefined;
  const { environment, tool, source } = predicate;
  const version = /^lockstep\/(\S+)$/.exec(String(tool))?.[1];
  const [tree, commit] = [digest['gitTree'], source['commit']];
  if (typeof environment !== 'string' || typeof tree !== 'string' || typeof commit !== 'string' || version === undefined) return undefined;
  return { environment, tree, source: commit, version, isDirty: source['dirty'] === true };
}
