import { type Json, listAt, numberAt, stringAt } from '../../model/json.ts';
import { type Manifest, refOf } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import { listed, quoted } from '../consequence.ts';
import { type Facts, newFacts } from '../facts.ts';
import type { Judge } from '../scene.ts';

/** What can be reached from outside of the cluster, and could not before. */
export const exposure: Judge = (change) => {
  const exposedBy = kinds.get(formatGroupKind(change.ref));
  const { before, after } = sidesOf(change);
  if (exposedBy === undefined || after === undefined) return [];
  const found = newFacts(before === undefined ? new Map() : exposedBy(before), exposedBy(after));
  const other = before === undefined ? [] : byOthers(before, after);
  return [...(found.length === 0 ? [] : [listed(found)]), ...other].map((message) => ({ type: 'exposes', message }));
};

/** Of an Ingress, who serves it in place of whom before, and hosts that are served without TLS. */
function byOthers(before: Manifest, after: Manifest): readonly string[] {
  if (formatGroupKind(refOf(after)) !== 'Ingress.networking.k8s.io') return [];
  const [was, now] = [before, after].map((one) => stringAt(one, 'spec', 'ingressClassName'));
  const name = (one: string | undefined): string => (one === undefined ? 'the default class' : `class ${quoted(one)}`);
  const hosts = new Set(listAt(after, 'spec', 'rules').map((rule) => stringAt(rule, 'host') ?? ''));
  const bare = secured(before).filter((host) => !secured(after).includes(host) && (host === '' || hosts.has(host) || host.startsWith('*')));
  return [
    ...(was === now ? [] : [`it is served by ${name(now)} in place of ${name(was)}`]),
    ...(bare.length === 0 ? [] : [`without TLS: ${listed(bare.map((host) => (host === '' ? 'every host' : quoted(host))))}`]),
  ];
}

function secured(ingress: Manifest): readonly string[] {
  return listAt(ingress, 'spec', 'tls').flatMap((entry) => {
    const hosts = listAt(entry, 'hosts').filter((host) => typeof host === 'string');
    return hosts.length === 0 ? [''] : hosts;
  });
}

const route = (manifest: Manifest): Facts => {
  const hosts = listAt(manifest, 'spec', 'hostnames');
  return hosts.length === 0 ? factOf(['all hosts of its gateways']) : factOf(hosts.map(quoted));
};

const kinds: ReadonlyMap<string, (manifest: Manifest) => Facts> = new Map(
  Object.entries<(manifest: Manifest) => Facts>({
    Service: (manifest) =>
      factOf([...outsideOf(manifest), ...listAt(manifest, 'spec', 'externalIPs').map((ip) => `external IP ${quoted(ip)}`)]),
    'Ingress.networking.k8s.io': (manifest) =>
      factOf([
        ...listAt(manifest, 'spec', 'rules').flatMap(pathsOf),
        ...(stringAt(manifest, 'spec', 'defaultBackend', 'service', 'name') === undefined ? [] : ['every host, by its default backend']),
      ]),
    'Gateway.gateway.networking.k8s.io': (manifest) =>
      factOf(
        listAt(manifest, 'spec', 'listeners').map((listener) => {
          const host = stringAt(listener, 'hostname');
          return `port ${numberAt(listener, 'port')} for ${host === undefined ? 'every host' : quoted(host)}`;
        }),
      ),
    'HTTPRoute.gateway.networking.k8s.io': route,
    'GRPCRoute.gateway.networking.k8s.io': route,
    'TLSRoute.gateway.networking.k8s.io': route,
  }),
);

function factOf(texts: readonly string[]): Facts {
  return new Map(texts.map((text) => [text, text]));
}

/** Of a load balancer, who may reach it: everybody, unless ranges are said. */
function outsideOf(manifest: Manifest): readonly string[] {
  const type = stringAt(manifest, 'spec', 'type');
  if (type === 'NodePort') return ['a port of every node (`NodePort`)'];
  if (type !== 'LoadBalancer') return [];
  const ranges = listAt(manifest, 'spec', 'loadBalancerSourceRanges');
  return ranges.length === 0
    ? ['a load balancer (`LoadBalancer`), for every address']
    : ranges.map((range) => `a load balancer (\`LoadBalancer\`), for ${quoted(range)}`);
}

function pathsOf(rule: Json): readonly string[] {
  const host = stringAt(rule, 'host');
  const of = host === undefined ? 'every host' : quoted(host);
  const paths = listAt(rule, 'http', 'paths').map((path) => stringAt(path, 'path') ?? '/');
  return paths.length === 0 ? [of] : paths.map((path) => (path === '/' ? of : `${of} at ${quoted(path)}`));
}
