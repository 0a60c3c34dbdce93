import type { ExternalObject } from '../../../../src/authoring/environment.ts';
import { defineEnvironment } from '../../../../src/authoring/environment.ts';
import type { Draft } from '../../../../src/compile/draft.ts';
import { resolveExternal } from '../../../../src/compile/external.ts';
import { kindsServed } from '../../../../src/compile/served.ts';
import { judgeReferences, type Outside } from '../../../../src/compile/validate/references/references.ts';
import { subjectsOf } from '../../../../src/compile/validate/subject.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { type ObjectRules, usualRules } from '../../../../src/model/rendered.ts';

/** An object in the namespace `shop`, with the name `web` unless told; `namespace: ''` is for kinds that have none. */
export function object(
  apiVersion: string,
  kind: string,
  { name = 'web', namespace = 'shop', metadata = {}, ...fields }: JsonObject & { readonly name?: string; readonly namespace?: string } = {},
): Manifest {
  const more = metadata as JsonObject;
  return { apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }), ...more }, ...fields };
}

/** A Deployment `web` whose pods have the label `app: web`, with this spec. */
export function deployment(spec: JsonObject = {}, more: { readonly name?: string; readonly labels?: JsonObject } = {}): Manifest {
  const { name = 'web', labels = { app: name } } = more;
  return object('apps/v1', 'Deployment', {
    name,
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'app' }], ...spec } } },
  });
}

/** A Service `web` in front of the pods with these labels. */
export function service(selector: Json = { app: 'web' }, spec: JsonObject = {}): Manifest {
  return object('v1', 'Service', { spec: { selector, ports: [{ name: 'http', port: 80 }], ...spec } });
}

/** What an environment says beside its objects. */
export interface Said {
  readonly external?: readonly ExternalObject[];
  readonly rules?: Partial<ObjectRules>;
  readonly outside?: Partial<Outside>;
}

/** What is judged of the references of `manifests`, in namespaces that exist. */
export function judged(manifests: readonly Manifest[], { external = [], rules = {}, outside = {} }: Said = {}): readonly Diagnostic[] {
  const drafts = manifests.map(
    (manifest): Draft => ({
      manifest,
      construct: `${manifest.kind}-${manifest.metadata.name}`,
      chart: { name: 'shop', slice: '' },
      dependsOn: [],
      rules: { ...usualRules, ...rules },
      place: () => ({}),
    }),
  );
  const definition = defineEnvironment({ name: 'x', cluster: 'c', external });
  const told = resolveExternal([{ definition, at: {} }]);
  if (told.diagnostics.length > 0) return told.diagnostics;
  const homes = ['shop', 'data', 'ingress', 'monitoring', 'kube-system'].map((name) => ({
    ref: { group: '', kind: 'Namespace', namespace: '', name },
    at: {},
    own: false,
  }));
  return judgeReferences(subjectsOf(drafts), kindsServed(manifests), {
    external: [...told.value, ...homes],
    handOver: [],
    removed: undefined,
    ...outside,
  });
}

/** In short: `error reference-missing /spec/…`. */
export function inShort({ severity, code, at }: Diagnostic): string {
  return [severity, code, at.pointer ?? ''].join(' ').trim();
}

/** The entries of `external` that a help says to write. */
export function entryIn(help: string | undefined): readonly ExternalObject[] {
  const text = /`external: (\[.*\])`/.exec(help ?? '')?.[1] ?? '[]';
  return Function(`return ${text}`)() as readonly ExternalObject[];
}
