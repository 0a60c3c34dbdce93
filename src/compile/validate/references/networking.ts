import { type Json, type JsonObject, listAt, numberAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { GroupKind } from '../../../model/ref.ts';
import { builtinKind } from '../../../schema/kinds.ts';
import { named, type Reference } from './reference.ts';

/** An Ingress: its class, the Services behind it, and the Secrets with its certificates. */
export function ofIngress(manifest: Manifest): readonly Reference[] {
  const { namespace } = refOf(manifest);
  const spec = objectAt(manifest, 'spec');
  const to = { group: 'networking.k8s.io', kind: 'IngressClass', namespace: '' };
  const behind = listAt(spec, 'rules').flatMap((rule, i) =>
    listAt(rule, 'http', 'paths').flatMap((path, j) =>
      ofIngressBackend(objectAt(path, 'backend'), ['spec', 'rules', i, 'http', 'paths', j, 'backend'], namespace),
    ),
  );
  return [
    ...named(spec, ['spec'], { field: 'ingressClassName', to, weight: 'warning' }),
    ...ofIngressBackend(objectAt(spec, 'defaultBackend'), ['spec', 'defaultBackend'], namespace),
    ...behind,
    ...listAt(spec, 'tls').flatMap((tls, i) =>
      named(tls, ['spec', 'tls', i], { field: 'secretName', to: { group: '', kind: 'Secret', namespace } }),
    ),
  ];
}

function ofIngressBackend(backend: JsonObject, path: Path, namespace: string): readonly Reference[] {
  const service = objectAt(backend, 'service');
  const resource = objectAt(backend, 'resource');
  const to = { group: stringAt(resource, 'apiGroup') ?? '', kind: stringAt(resource, 'kind') ?? '', namespace };
  return [
    ...named(service, [...path, 'service'], { field: 'name', to: { group: '', kind: 'Service', namespace } }).map((found) => ({
      ...found,
      ...portOf(service, [...path, 'service', 'port']),
    })),
    // What else may stand behind an Ingress, only its controller knows, and it may make it.
    ...named(resource, [...path, 'resource'], { field: 'name', to, weight: 'warning' }),
  ];
}

function portOf(service: JsonObject, path: Path): Pick<Reference, 'port'> {
  const name = stringAt(service, 'port', 'name');
  const number = numberAt(service, 'port', 'number');
  if (name !== undefined) return { port: { name, path: [...path, 'name'] } };
  return number === undefined ? {} : { port: { name: number, path: [...path, 'number'] } };
}

const gatewayGroup = 'gateway.networking.k8s.io';
const gateway = { group: gatewayGroup, kind: 'Gateway' };
const backend = { group: '', kind: 'Service' };
const certificate = { group: '', kind: 'Secret' };

/** A route of the Gateway API: the gateways that it hangs on, and the Services that it leads to or mirrors to. */
export function ofRoute(manifest: Manifest): readonly Reference[] {
  const { namespace } = refOf(manifest);
  const spec = objectAt(manifest, 'spec');
  return [
    ...listAt(spec, 'parentRefs').flatMap((parent, i) => ofGatewayRef(parent, ['spec', 'parentRefs', i], { usual: gateway, namespace })),
    ...listAt(spec, 'rules').flatMap((rule, i) => {
      const path: Path = ['spec', 'rules', i];
      const backends = listAt(rule, 'backendRefs').flatMap((one, j) => [
        ...ofGatewayRef(one, [...path, 'backendRefs', j], { usual: backend, namespace }),
        ...ofMirrors(one, [...path, 'backendRefs', j], namespace),
      ]);
      return [...backends, ...ofMirrors(rule, path, namespace)];
    }),
  ];
}

/** The backends that the filters of a rule or a backend, which stands under `path`, mirror to. */
function ofMirrors(holder: Json, path: Path, namespace: string): readonly Reference[] {
  return listAt(holder, 'filters').flatMap((filter, i) => {
    const mirror = ['requestMirror', 'backendRef'];
    return ofGatewayRef(objectAt(filter, ...mirror), [...path, 'filters', i, ...mirror], { usual: backend, namespace });
  });
}

/** A Gateway: its class, and the Secrets with the certificates of its listeners. */
export function ofGateway(manifest: Manifest): readonly Reference[] {
  const { namespace } = refOf(manifest);
  const spec = objectAt(manifest, 'spec');
  const to = { group: gatewayGroup, kind: 'GatewayClass', namespace: '' };
  const certificates = listAt(spec, 'listeners').flatMap((listener, i) =>
    listAt(listener, 'tls', 'certificateRefs').flatMap((one, j) =>
      ofGatewayRef(one, ['spec', 'listeners', i, 'tls', 'certificateRefs', j], { usual: certificate, namespace }),
    ),
  );
  return [...named(spec, ['spec'], { field: 'gatewayClassName', to, weight: 'warning' }), ...certificates];
}

/** A reference as the Gateway API writes it: group, kind and namespace have defaults. Of kinds of others, nothing is known. */
function ofGatewayRef(
  given: Json,
  path: Path,
  { usual, namespace: home }: { readonly usual: GroupKind; readonly namespace: string },
): readonly Reference[] {
  const group = stringAt(given, 'group') ?? usual.group;
  const kind = stringAt(given, 'kind') ?? usual.kind;
  if (group !== gatewayGroup && builtinKind({ group, kind }) === undefined) return [];
  const namespace = stringAt(given, 'namespace') ?? home;
  const port = kind === 'Service' ? numberAt(given, 'port') : undefined;
  const weight = kind === 'Gateway' ? 'at-home' : 'error';
  return named(given, path, { field: 'name', to: { group, kind, namespace }, weight }).map((found) => ({
    ...found,
    ...(port === undefined ? {} : { port: { name: port, path: [...path, 'port'] } }),
  }));
}
