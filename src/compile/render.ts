import { hash } from 'node:crypto';
import { writeIndex } from '../codec/index-file.ts';
import { writeYaml } from '../codec/yaml-write.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import type { HealthByKind } from '../model/health.ts';
import { refOf } from '../model/manifest.ts';
import { compareText, formatGroupKind, keyOf, type ObjectRef } from '../model/ref.ts';
import { byPath, type IndexedObject, indexPath, type RenderedFile, type RenderedIndex, type RenderedTree } from '../model/rendered.ts';
import { accessOf } from './access.ts';
import { errorAbout, whereMade } from './draft.ts';
import type { PlacedHealth } from './health.ts';
import type { OrderedDraft } from './order.ts';
import type { ResolvedEnvironment } from './resolve.ts';
import type { KindTable } from './served.ts';

/** File systems take 255 bytes for a name. */
const maxFileName = 200;

/** The files of an environment: one per object, unless it is being dissolved, and the index. Two objects on one path are an error. */
export function render(drafts: readonly OrderedDraft[], environment: ResolvedEnvironment, kinds: KindTable): Checked<RenderedTree> {
  const written = drafts
    .map((draft) => ({ draft, path: pathOf(draft.chart.name, refOf(draft.manifest)), text: writeYaml(draft.manifest) }))
    .sort(byPath);
  const paths = new Map(written.map(({ draft, path }) => [draft.construct, path]));
  const { name, cluster, kubernetes, policies, preflight, approvals, adopt, handOver, health, syncWindows, onFailure, removed } =
    environment;
  // The agent of an environment that is being dissolved still needs the rights over what it owns.
  const kept = removed === undefined ? written : [];
  const access = accessOf(
    drafts.map(({ manifest }) => manifest),
    kinds,
  );
  const index: RenderedIndex = {
    environment: name,
    cluster,
    kubernetes,
    objects: kept.map(({ draft, path, text }) => indexed(draft, { path, text }, paths)),
    access: access.whole,
    approvals,
    adopt,
    handOver,
    health: healthOf(kept, health),
    preflight,
    syncWindows,
    onFailure,
    removed,
  };
  const files = [...kept.map(({ path, text }) => ({ path, text })), { path: indexPath, text: writeIndex(index) }].sort(byPath);
  const judged = policies.map(({ policy }) => policy.name);
  return { value: { environment: name, files, index, access: access.split, policies: judged }, diagnostics: collisions(written) };
}

/**
 * The path of an object's file: `<chart>/<kind>.<group|core>.<namespace|_cluster>.<name>.yaml`. It depends on nothing but
 * the object, so that adding one never renames another's file. What file systems or Windows do not tell apart or do not
 * take is replaced; a name that was altered carries a part of its digest.
 */
export function pathOf(chart: string, { group, kind, namespace, name }: ObjectRef): string {
  const scope = namespace === '' ? '_cluster' : namespace;
  const file = fileName([kind.toLowerCase(), group === '' ? 'core' : group, scope, name].join('.'));
  return `${fileName(chart)}/${file}.yaml`;
}

function fileName(text: string): string {
  const safe = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .replace(/^\./, '-');
  if (safe === text && text.length <= maxFileName) return text;
  return `${safe.slice(0, maxFileName)}-${sha256(text).slice(0, 8)}`;
}

function indexed(draft: OrderedDraft, file: RenderedFile, paths: ReadonlyMap<string, string>): IndexedObject {
  const { manifest, construct, wave, chart, rules } = draft;
  const dependsOn = draft.dependsOn.flatMap((needed) => paths.get(needed) ?? []).sort(compareText);
  const { apiVersion } = manifest;
  return {
    path: file.path,
    ref: refOf(manifest),
    apiVersion,
    sha256: sha256(file.text),
    construct,
    wave,
    dependsOn,
    slice: chart.slice,
    rules,
  };
}

/** What tells the health of the kinds that there are. */
function healthOf(written: readonly { readonly draft: OrderedDraft }[], health: readonly PlacedHealth[]): readonly HealthByKind[] {
  const present = new Set(written.map(({ draft }) => formatGroupKind(refOf(draft.manifest))));
  return health.flatMap(({ at: _, isOwn: __, ...one }) => (present.has(formatGroupKind(one)) ? [one] : []));
}

function collisions(written: readonly { readonly draft: OrderedDraft; readonly path: string }[]): readonly Diagnostic[] {
  return written.flatMap(({ draft, path }, i) => {
    const before = written[i - 1];
    // The same object twice was told before.
    if (before?.path !== path || keyOf(refOf(before.draft.manifest)) === keyOf(refOf(draft.manifest))) return [];
    const message = `two objects have the path \`${path}\`: of ${whereMade(before.draft)} and of ${whereMade(draft)}`;
    return [errorAbout(draft, { code: 'path-collision', message, help: 'give one of them another name' })];
  });
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
