import type { JsonObject } from '../model/json.ts';
import type { RenderedIndex } from '../model/rendered.ts';
import type { Unreadable } from './reading.ts';

/**
 * What an index may use and no reader may pass over: an agent that did not know sync windows would take commits in the night. By the name
 * under which an index requires it, whether the index uses it.
 */
const features: Readonly<Record<string, (index: RenderedIndex) => boolean>> = {
  failureHooks: ({ objects }) => objects.some(({ rules }) => rules.when === 'failure'),
  health: ({ health }) => health.length > 0,
  onFailure: ({ onFailure }) => onFailure !== 'stay',
  syncWindows: ({ syncWindows }) => syncWindows.length > 0,
};

/** What a reader of `index` has to understand, sorted. */
export function usedBy(index: RenderedIndex): readonly string[] {
  return Object.keys(features).filter((name) => features[name]?.(index));
}

/** No index requires more. */
const most = 100;
const named = 5;

/** Why an index with `fields` is not for this version to read, or undefined when it understands all that it has to. */
export function unmetBy({ requires = [] }: JsonObject): (Unreadable & { readonly isNewer?: true }) | undefined {
  if (!Array.isArray(requires) || requires.length > most || !requires.every(isName))
    return { ok: false, message: `\`requires\` is not a list of at most ${most} names` };
  const unknown = [...new Set(requires)].filter((name) => !Object.hasOwn(features, name));
  if (unknown.length === 0) return undefined;
  const names = unknown.slice(0, named).map((name) => `\`${name}\``);
  const more = unknown.length > named ? ` and ${unknown.length - named} more` : '';
  const message = `it requires ${names.join(', ')}${more}, which this version of lockstep does not know: upgrade the agent`;
  return { ok: false, message, isNewer: true };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][\w.-]{0,62}$/.test(value);
}
