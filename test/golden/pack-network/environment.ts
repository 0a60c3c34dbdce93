import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment, network } from 'lockstep';

const image = `registry.example.com/a:1@sha256:${'0'.repeat(64)}`;

const inNamespace = (namespace: string, policies: Readonly<Record<string, k8s.NetworkPolicySpec>>) =>
  defineChart({
    namespace,
    build(chart) {
      new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: namespace } });
      new k8s.KubePod(chart, 'pod', { metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } });
      for (const [name, spec] of Object.entries(policies)) new k8s.KubeNetworkPolicy(chart, name, { metadata: { name }, spec });
    },
  });

const from = [{ ipBlock: { cidr: '10.0.0.0/8' } }];
const closed = inNamespace('closed', {
  deny: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  some: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from }] },
  most: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }] },
});
const inward = inNamespace('inward', { deny: { podSelector: {} } });
const open = inNamespace('open', {
  some: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from }] },
  all: {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{}, { from: [...from, { ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }] }],
  },
});
const services = defineChart({
  namespace: 'closed',
  build(chart) {
    const ports = [{ port: 80 }];
    new k8s.KubeService(chart, 'inside', { metadata: { name: 'inside' }, spec: { ports } });
    new k8s.KubeService(chart, 'balanced', { metadata: { name: 'balanced' }, spec: { type: 'LoadBalancer', ports } });
    new k8s.KubeService(chart, 'noded', { metadata: { name: 'noded' }, spec: { type: 'NodePort', ports } });
    new k8s.KubeService(chart, 'taken', { metadata: { name: 'taken' }, spec: { externalIPs: ['192.0.2.1', '192.0.2.2'], ports } });
    const containers = [{ name: 'proxy', image, ports: [{ containerPort: 80, hostPort: 80 }] }];
    new k8s.KubePod(chart, 'ported', { metadata: { name: 'ported' }, spec: { containers } });
    const tools = [{ name: 'tool', image }];
    // On the network of its node no policy applies to it.
    new k8s.KubePod(chart, 'node', { metadata: { name: 'agent', namespace: 'nodes' }, spec: { hostNetwork: true, containers: tools } });
  },
});

export default defineEnvironment({
  name: 'closed',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { closed, inward, open, services },
  external: [{ kind: 'Namespace', name: 'nodes' }],
  policies: { network, strict: network({ egress: true, allow: ['LoadBalancer', 'NodePort', 'externalIPs', 'hostPort'] }) },
});
