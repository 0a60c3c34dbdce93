import { readIndex } from '../codec/index-file.ts';
import { parseManifest } from '../codec/yaml-read.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { ObjectProblem } from '../model/event.ts';
import { at, isObject, type Json, type JsonObject, listAt, objectAt } from '../model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../model/manifest.ts';
import type { DesiredObject, Refusal } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import { sha256Of } from '../model/sha256.ts';
import type { RenderedSource } from '../ports.ts';
import { type DesiredTree, desiredTree } from '../reconcile/desired.ts';

/** What `commit` wants: its index, joined with its files. No manifest is read. */
export async function readTree(source: RenderedSource, commit: string): Promise<DesiredTree | Refusal> {
  const files = await source.files(commit);
  const file = files.find((entry) => entry.path === indexPath);
  if (files.length === 0)
    return notRendered('it is empty', 'merge the first proposal, or publish the environment: `lockstep publish <environment>`');
  if (file === undefined) return notRendered(`it has no \`${indexPath}\``);
  const index = readIndex((await source.read(file.blob)).toString('utf8'));
  if (index.ok) return desiredTree(commit, index.value, files);
  const message = `in its \`${indexPath}\`, ${index.message}`;
  return index.isNewer ? newerThanAgent(message) : notRendered(message);
}

/** A manifest, or what is wrong with its file. */
export type ReadManifest = { readonly ok: true; readonly value: Manifest } | { readonly ok: false; readonly problem: ObjectProblem };

/** The manifest of one object, or what is wrong with its file. */
export async function readDesired(source: RenderedSource, desired: DesiredObject): Promise<ReadManifest> {
  const { ref, path } = desired;
  const wrong = (message: string): ReadManifest => ({ ok: false, problem: { ref, path, message } });
  const bytes = await source.read(desired.blob);
  const digest = sha256Of(bytes);
  if (digest !== desired.sha256) return wrong('the file is not as it was published: its digest is not the one in the index');
  const read = parseManifest(bytes.toString('utf8'));
  if (!read.ok) return wrong(read.line === undefined ? read.message : `line ${read.line}: ${read.message}`);
  const found = refOf(read.value);
  if (keyOf(found) === keyOf(ref) && read.value.apiVersion === desired.apiVersion) return { ok: true, value: read.value };
  const [is, should] = [`\`${formatRef(found)}\` of \`${read.value.apiVersion}\``, `\`${formatRef(ref)}\` of \`${desired.apiVersion}\``];
  return wrong(`the file holds ${is}, the index says ${should}`);
}

/** The manifest that was applied as `blob`, where it can still be read. */
export async function readApplied(source: RenderedSource, blob: string): Promise<Manifest | undefined> {
  // A history that was rewritten may hold it no longer.
  const bytes = await source.read(blob).catch(() => undefined);
  const read = bytes && parseManifest(bytes.toString('utf8'));
  return read?.ok ? read.value : undefined;
}

/** The very object that a change is for, and the very state of it where that matters. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** No object ever has this resourceVersion: who makes an object with it, and finds one, gets a conflict. */
export const unborn: Preconditions = { resourceVersion: '1' };

/**
 * `manifest` as it is applied: a member of the ApplySet `setId`, with the preconditions `live`: the
 * API server refuses when another object, or another state of it, stands there by now.
 */
export function toApply(manifest: Manifest, setId: string, live?: Preconditions): Manifest {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [partOfLabel]: setId },
      ...(live?.uid === undefined ? {} : { uid: live.uid }),
      ...(live?.resourceVersion === undefined ? {} : { resourceVersion: live.resourceVersion }),
    },
  };
}

/**
 * `manifest` under a name that nobody uses, and without what only one object can have and `old` has: a
 * dry run of it tells whether the API server would take it anew, while the old one still stands.
 */
export function asNewcomer(manifest: Manifest, old: LiveObject | undefined): Manifest {
  const { name } = manifest.metadata;
  // At most 63 characters, as long as any name may be, and the end of a label.
  const marked = `${name.slice(0, 56)}x${sha256Of(name).slice(0, 6)}`;
  const { group, kind } = refOf(manifest);
  const free = group === '' && kind === 'Service' && old !== undefined ? withoutHeld(manifest, old) : manifest;
  return { ...free, metadata: { ...free.metadata, name: marked } };
}

/** Fields of a Service whose values no other Service can have. */
const exclusive: ReadonlySet<string> = new Set(['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'nodePort']);

/** A Service without the addresses and the node ports that `old` holds. */
function withoutHeld(manifest: Manifest, old: LiveObject): Manifest {
  const { clusterIPs, healthCheckNodePort, ports } = objectAt(old, 'spec');
  const held = new Set([clusterIPs, healthCheckNodePort, ...listAt(ports).map((port) => at(port, 'nodePort'))].flat());
  const isHeld = (value: Json | undefined): boolean => value !== 'None' && held.has(value);
  const freed = (fields: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(fields).filter(([key, value]) => !exclusive.has(key) || ![value].flat().some(isHeld)));
  const spec = freed(objectAt(manifest, 'spec'));
  const free = listAt(spec, 'ports').map((port) => (isObject(port) ? freed(port) : port));
  return { ...manifest, spec: free.length === 0 ? spec : { ...spec, ports: free } };
}

function newerThanAgent(message: string): Refusal {
  return {
    code: 'agent-outdated',
    message: `a newer version of lockstep rendered the commit: ${message}`,
    help: 'upgrade the agent to the version that publishes; until then it keeps what it accepted before',
  };
}

function notRendered(message: string, help = 'revert it, or publish the environment again: `lockstep publish <environment>`'): Refusal {
  return {
    code: 'branch-not-rendered',
    message: `the commit is not a rendered environment: ${message}`,
    help,
  };
}
