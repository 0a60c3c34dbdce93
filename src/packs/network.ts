import type { Policy } from '../authoring/policy.ts';
import type { Check, EnvironmentFinding, Finding, JudgedObjects } from '../authoring/rule.ts';
import { at, isObject, type Json, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { type PackWithOptions, packOf, type RuleTexts, withOptions } from './pack.ts';
import { hostPorts } from './pod-security/baseline.ts';
import { byNamespace, namespaceOf } from './pods.ts';

/** Ways into the cluster that pass by ingress controllers and gateways. */
export type WayIn = 'LoadBalancer' | 'NodePort' | 'externalIPs' | 'hostPort';

/** What `network` takes. */
export interface NetworkOptions {
  /** Ways into the cluster that are allowed everywhere. Default: none. */
  readonly allow?: readonly WayIn[];
  /** Whether what pods may reach is denied by default, too. Default: only by whom they are reached. */
  readonly egress?: boolean;
}

/** The rules of `network`. */
export const networkTexts = {
  'default-deny': {
    meaning: 'A namespace with pods has no network policy that isolates all of them.',
    reason: 'A pod that no policy selects is reached by every pod of the cluster: whoever gets into one is next door to all.',
    remedy: 'Add a policy that selects all pods and allows nothing, and one for each way that is needed.',
    example: 'spec:\n  podSelector: {}\n  policyTypes: [Ingress]',
  },
  'default-deny-egress': {
    meaning: 'A namespace with pods has no network policy that limits what all of them may reach.',
    reason: 'Who gets into a pod fetches tools and carries data away over the same open way.',
    remedy: 'Add a policy that selects all pods with `policyTypes: [Egress]`, and one for each way that is needed, names (DNS) first.',
    example: 'spec:\n  podSelector: {}\n  policyTypes: [Egress]',
  },
  'open-ingress': {
    meaning: 'A network policy lets everybody in: a rule has no `from`, or a block of all addresses.',
    reason: 'The pods that it selects are reached from every namespace, and from outside as far as the network goes.',
    remedy: 'Name who may come: pods, namespaces, or blocks of addresses.',
  },
  'load-balancer': {
    meaning: 'A Service asks the cloud for a load balancer.',
    reason: 'It gets an address of its own on the internet, past the ingress and its TLS, rules and logs.',
    remedy: "Route to it by an Ingress or a Gateway. Where it is meant, allow it: `network({ allow: ['LoadBalancer'] })`.",
  },
  'node-port': {
    meaning: 'A Service opens a port on every node.',
    reason: 'Whoever reaches a node reaches it, past the ingress, and mostly past network policies.',
    remedy: "Use the type `ClusterIP`. Where it is meant, allow it: `network({ allow: ['NodePort'] })`.",
  },
  'external-ips': {
    meaning: 'A Service takes addresses of its own choosing (`externalIPs`).',
    reason: 'Traffic of the whole cluster to these addresses goes to its pods: it can pretend to be any server (CVE-2020-8554).',
    remedy: 'Remove `externalIPs`.',
  },
  'host-port': {
    meaning: 'A container takes a port of its node.',
    reason: 'It is reached past Services and the ingress, on whatever node the pod lands, and no second pod fits there.',
    remedy: 'Remove `hostPort` and reach the pod through a Service.',
  },
} as const satisfies RuleTexts;

function networkOf({ allow = [], egress = false }: NetworkOptions = {}): Policy {
  const unless = (way: WayIn, check: Check): Check | undefined => (allow.includes(way) ? undefined : check);
  return packOf('network', networkTexts, {
    'default-deny': { of: 'environment', check: (judged) => openNamespaces(judged, 'Ingress') },
    'default-deny-egress': egress ? { of: 'environment', check: (judged) => openNamespaces(judged, 'Egress') } : undefined,
    'open-ingress': { of: 'objects', on: ['NetworkPolicy'], check: openRules },
    'load-balancer': unless('LoadBalancer', ofType('LoadBalancer', 'asks for a load balancer of its own')),
    'node-port': unless('NodePort', ofType('NodePort', 'opens a port on every node')),
    'external-ips': unless('externalIPs', { of: 'objects', on: ['Service'], check: externalAddresses }),
    'host-port': unless('hostPort', { of: 'pods', check: (pod) => hostPorts(pod, 0) }),
  });
}

/** Who reaches whom: namespaces are closed by default, and nothing is open to the world that does not have to be. */
export const network: PackWithOptions<NetworkOptions> = withOptions(networkOf);

/** Namespaces with pods on the network of pods, and no policy that selects all of them. */
function openNamespaces(judged: JudgedObjects, direction: 'Ingress' | 'Egress'): readonly EnvironmentFinding[] {
  const closed = new Set(
    judged
      .all('NetworkPolicy')
      .filter((policy) => isolatesAll(policy, direction))
      .map(namespaceOf),
  );
  const pods = byNamespace(
    judged.pods.filter(({ spec }) => spec['hostNetwork'] !== true),
    ({ object }) => object,
  );
  const namespaces = new Map(judged.all('Namespace').map((namespace) => [namespace.metadata.name, namespace]));
  const what = direction === 'Ingress' ? 'are reached by everybody' : 'reach everybody';
  return [...pods].flatMap(([namespace, [first]]) => {
    if (first === undefined || closed.has(namespace)) return [];
    const who = namespace === '' ? 'pods without a namespace' : `the pods of the namespace \`${namespace}\``;
    const message = `${who} ${what} unless a policy selects them`;
    return [
      {
        object: namespaces.get(namespace) ?? first.object,
        message,
        help: `add a policy with \`podSelector: {}\` and \`policyTypes: [${direction}]\``,
      },
    ];
  });
}

/** As the API server fills in `policyTypes`: Ingress always, Egress where there are rules for it. */
function isolatesAll(policy: Manifest, direction: 'Ingress' | 'Egress'): boolean {
  const spec = objectAt(policy, 'spec');
  const types = Array.isArray(spec['policyTypes'])
    ? spec['policyTypes']
    : ['Ingress', ...(listAt(spec, 'egress').length > 0 ? ['Egress'] : [])];
  const selector = objectAt(spec, 'podSelector');
  const selectsAll = Object.keys(objectAt(selector, 'matchLabels')).length === 0 && listAt(selector, 'matchExpressions').length === 0;
  return types.includes(direction) && selectsAll;
}

function openRules(policy: Manifest): readonly Finding[] {
  return listAt(policy, 'spec', 'ingress').flatMap((rule, i): readonly Finding[] => {
    if (!isObject(rule)) return [];
    const path = ['spec', 'ingress', i, 'from'];
    const from = rule['from'] ?? [];
    if (!Array.isArray(from)) return [];
    if (from.length === 0) return [{ message: 'a rule without `from` lets everybody in', path }];
    return from.flatMap((peer, j) =>
      isEverywhere(peer) ? [{ message: 'a block of all addresses lets everybody in', path: [...path, j, 'ipBlock', 'cidr'] }] : [],
    );
  });
}

function isEverywhere(peer: Json): boolean {
  const cidr = stringAt(peer, 'ipBlock', 'cidr') ?? '';
  return /\/0+$/.test(cidr) && listAt(peer, 'ipBlock', 'except').length === 0;
}

function ofType(type: string, what: string): Check {
  const check = (service: Manifest): readonly Finding[] =>
    at(service, 'spec', 'type') === type ? [{ message: `the Service ${what}`, path: ['spec', 'type'] }] : [];
  return { of: 'objects', on: ['Service'], check };
}

function externalAddresses(service: Manifest): readonly Finding[] {
  const addresses = listAt(service, 'spec', 'externalIPs').map((address) => `\`${String(address)}\``);
  if (addresses.length === 0) return [];
  return [{ message: `the Service takes addresses of its own choosing: ${addresses.join(', ')}`, path: ['spec', 'externalIPs'] }];
}
