import { type Json, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { ObjectRef } from '../../../model/ref.ts';

/**
 * How bad it is when nobody has what is referred to. An error: the object could not start or work. A warning: the cluster may
 * well have it, or the object works without. `at-home`: an error where the environment has other objects in that namespace, so
 * that it is most likely a typo, and a warning in namespaces of others.
 */
export type Weight = 'error' | 'warning' | 'at-home';

/** A part of what is referred to, and the field that names it. */
export interface Part<T> {
  readonly name: T;
  readonly path: Path;
}

/** A field of an object that names another object. */
export interface Reference {
  readonly path: Path;
  readonly to: ObjectRef;
  readonly weight: Weight;
  /** The key of a ConfigMap or Secret that must be there, too. */
  readonly key?: Part<string>;
  /** The port of a Service, by name or number. */
  readonly port?: Part<string | number>;
}

/** Where a reference leads: a kind, in a namespace ('' for kinds that have none). */
export type Target = Omit<ObjectRef, 'name'>;

/** A field that may name something. */
export interface Naming {
  readonly field: string;
  readonly to: Target;
  /** Default: error. */
  readonly weight?: Weight;
}

/** What a field of `value`, which its object holds under `path`, refers to: nothing, where it has no name. */
export function named(value: Json | undefined, path: Path, { field, to, weight = 'error' }: Naming): readonly Reference[] {
  const name = stringAt(value, field);
  if (name === undefined || name === '') return [];
  const { group, kind, namespace } = to;
  return [{ path: [...path, field], to: { group, kind, namespace, name }, weight }];
}

/** The Service that webhooks and aggregated APIs name under `path` of `object`: with a namespace and a port, by default 443. */
export function referenceToService(object: Json, path: Path): readonly Reference[] {
  const service = objectAt(object, ...path);
  const namespace = stringAt(service, 'namespace');
  const port = service['port'] ?? 443;
  if (namespace === undefined) return [];
  return named(service, path, { field: 'name', to: { group: '', kind: 'Service', namespace } }).map((reference) => ({
    ...reference,
    ...(typeof port === 'number' ? { port: { name: port, path: [...path, 'port'] } } : {}),
  }));
}
