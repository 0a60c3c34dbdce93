import { isObject, type JsonObject, numberAt, parseJson, stringAt } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Member } from '../model/roster.ts';

/** The data of the ConfigMap that names the agents that are alive. */
export function writeMembers(members: readonly Member[]): JsonObject {
  return { agents: JSON.stringify(members) };
}

/** Who is named there. What cannot be understood names nobody: whoever is alive says so again. */
export function readMembers(live: LiveObject): readonly Member[] {
  const listed = parseJson(stringAt(live, 'data', 'agents') ?? '[]');
  if (!Array.isArray(listed)) return [];
  return listed.filter(isObject).flatMap((one) => {
    const [name, scope, beat] = [stringAt(one, 'name'), stringAt(one, 'scope'), numberAt(one, 'beat')];
    return name === undefined || scope === undefined || beat === undefined ? [] : [{ name, scope, beat }];
  });
}
