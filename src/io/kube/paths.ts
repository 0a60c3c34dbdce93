import type { Resource } from '../../ports.ts';

/** The path of a group and version: `/api/v1`, `/apis/apps/v1`. */
export function versionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The path of the objects of `resource` in `namespace`; '' is the whole cluster. */
export function collectionPath({ group, version, plural, namespaced }: Resource, namespace: string): string {
  const within = namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${versionPath(group === '' ? version : `${group}/${version}`)}${within}/${plural}`;
}

/** The path of one object. Names are escaped and otherwise left as they are: RBAC names may have capitals and colons. */
export function objectPath(resource: Resource, { namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** `path` with `parameters` as its query; undefined ones are left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.append(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}
