import { at, isObject, type Json, listAt, objectAt, type Path, pointer, stringAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { ask, type Server } from '../../controlplane/api.ts';
import { changed, isIdentity } from '../../differential/mutate.ts';

/** A definition as it is published, but for the webhook that converts objects: nobody runs it here. */
export function asPublished({ apiVersion, kind, metadata, spec }: Manifest & { readonly spec?: Json }): Manifest {
  const { conversion: _, ...rest } = objectAt(spec);
  const { name, annotations, labels } = metadata;
  return { apiVersion, kind, metadata: { name, annotations, labels }, spec: rest } as unknown as Manifest;
}

/** How often an object is asked about. */
const rounds = 80;

/** What the API server takes of an object, and what it makes of that; or why it takes nothing. */
export type Taken = { readonly sent: Manifest; readonly came: Json } | { readonly sent: undefined; readonly why: string };

/** Takes away of `written` what the API server refuses, until it takes the rest: rules speak against one another where all is there. */
export async function takenOf(server: Server, written: Manifest, definition: Manifest): Promise<Taken> {
  let sent = written;
  let why = '';
  const tried = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const path = `${pathFor(sent, definition)}?dryRun=All&fieldValidation=Strict`;
    // It may not be served yet, and a server that has just learnt of a hundred kinds is slow.
    const answer = await ask(server, { method: 'POST', path, body: sent }).catch(() => undefined);
    if (answer === undefined || answer.status === 404) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      continue;
    }
    const status = answer.value as Json;
    if (answer.status === 201) return { sent, came: status };
    why = stringAt(status, 'message') ?? String(answer.status);
    const next = listAt(status, 'details', 'causes').reduce<Manifest>((object, cause) => withoutCause(object, cause, tried), sent);
    if (next === sent) break;
    sent = next;
  }
  return { sent: undefined, why };
}

function pathFor({ apiVersion, metadata }: Manifest, definition: Manifest): string {
  const place = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  return `/apis/${apiVersion}/${place}${stringAt(definition, 'spec', 'names', 'plural')}`;
}

/** Texts that some pattern or other takes. */
const texts: readonly string[] = ['/a', 'example.com', 'https://example.com', '1s', '10.0.0.0/8', 'A', '1', 'a/b', 'a=b'];

/** Another text is tried where one is not taken. Of an object or a list its last part goes, and so on until nothing is left of it. */
function withoutCause(object: Manifest, cause: Json, tried: Map<string, number>): Manifest {
  const field = fieldOf(stringAt(cause, 'field') ?? '', stringAt(cause, 'message') ?? '');
  const missing = field.findIndex((_, i) => at(object, ...field.slice(0, i + 1)) === undefined);
  const path = missing < 0 ? field : field.slice(0, missing);
  if (path.length === 0 || isIdentity(path)) return object;
  const value = at(object, ...path);
  if (typeof value === 'string') {
    const count = tried.get(pointer(path)) ?? 0;
    tried.set(pointer(path), count + 1);
    return changed(object, path, texts[count]) as Manifest;
  }
  const keys = Array.isArray(value) ? value.map((_, i) => i) : isObject(value) ? Object.keys(value) : [];
  const last = keys.at(-1);
  return changed(object, missing >= 0 || last === undefined ? path : [...path, last], undefined) as Manifest;
}

/** What a cause is about: some only say it in their words. */
function fieldOf(field: string, message: string): Path {
  return pathOf(field === '<nil>' ? (/"((?:spec|data)[^"]*)"/.exec(message)?.[1] ?? '') : field);
}

/** The keys in `spec.containers[0].env[a].name`. */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, inner, name]) =>
    inner === undefined ? (name ?? '') : /^\d+$/.test(inner) ? Number(inner) : inner,
  );
}
