import { many, testWholes } from './said.ts';

const selector = { matchLabels: { a: 'b' } };
const port = { port: 80, endPort: 81 };
const peers = [{ podSelector: selector, namespaceSelector: selector }];
const resource = { apiGroup: 'a', kind: 'B', name: 'c' };
const endpoints = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'a' } };

testWholes({
  'an Ingress': {
    right: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'a' },
      spec: {
        defaultBackend: { resource },
        rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { name: 'b' } } } }] } }],
      },
    },
    breaks: [
      ['/spec/defaultBackend/resource/apiGroup', 'a b', 'field-invalid'],
      ['/spec/defaultBackend/resource/kind', 'a/b', 'field-invalid'],
      ['/spec/defaultBackend/resource/name', 'a/b', 'field-invalid'],
      ['/spec/rules/0/http/paths/0/backend/service/port/name', 'A', 'field-invalid'],
    ],
  },
  'an IngressClass': {
    right: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'a' },
      spec: { controller: 'a/b', parameters: { ...resource, scope: 'Namespace', namespace: 'd' } },
    },
    breaks: [
      ['/spec/parameters/apiGroup', 'a b', 'field-invalid'],
      ['/spec/parameters/namespace', 'a.b', 'field-invalid'],
    ],
  },
  'a NetworkPolicy': {
    right: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a' },
      spec: {
        podSelector: selector,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: peers, ports: [port] }],
        egress: [{ to: peers, ports: [port] }],
      },
    },
    breaks: [
      ['/spec/ingress/0/from/0/podSelector/matchLabels/a-', 'b', 'field-invalid'],
      ['/spec/ingress/0/from/0/namespaceSelector/matchLabels/a-', 'b', 'field-invalid'],
      ['/spec/egress/0/ports/0/endPort', 1, 'field-invalid'],
      ['/spec/policyTypes', ['Ingress', 'Egress', 'Egress'], 'field-range'],
    ],
  },
  Endpoints: {
    right: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'a' },
      subsets: [
        {
          addresses: [{ ip: '10.0.0.1', hostname: 'a', nodeName: 'b' }],
          notReadyAddresses: [{ ip: '10.0.0.2' }],
          ports: [{ name: 'a', port: 80, appProtocol: 'a' }],
        },
      ],
    },
    breaks: [
      ['/subsets/0/addresses/0/hostname', 'a.b', 'field-invalid'],
      ['/subsets/0/addresses/0/nodeName', 'a b', 'field-invalid'],
      ['/subsets/0/notReadyAddresses/0/ip', 'a', 'field-invalid'],
      ['/subsets/0/ports/0/name', 'a.b', 'field-invalid'],
      ['/subsets/0/ports/0/appProtocol', 'a b', 'field-invalid'],
    ],
  },
  'an EndpointSlice': {
    right: {
      ...endpoints,
      addressType: 'IPv6',
      endpoints: [{ addresses: ['2001:db8::1'], nodeName: 'a', hints: { forZones: [{ name: 'a' }], forNodes: [{ name: 'b' }] } }],
      ports: [{ name: 'a', port: 80, appProtocol: 'b' }],
    },
    breaks: [
      ['/endpoints/0/addresses/0', '10.0.0.1', 'field-invalid'],
      ['/endpoints/0/addresses/0', '::1', 'field-invalid'],
      ['/endpoints/0/addresses', many(101, (i) => `2001:db8::${i + 1}`), 'field-range'],
      ['/endpoints/0/nodeName', 'a b', 'field-invalid'],
      ['/endpoints/0/hints/forZones/0/name', 'a b', 'field-invalid'],
      ['/endpoints/0/hints/forNodes/0/name', 'a b', 'field-invalid'],
      ['/endpoints', many(1001, () => ({ addresses: ['2001:db8::1'] })), 'field-range'],
      ['/ports', many(20_001, (i) => ({ name: `a${i}` })), 'field-range'],
      ['/ports/0/appProtocol', 'a b', 'field-invalid'],
    ],
  },
  'a Service': {
    right: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { ports: [{ port: 80 }], sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } },
    },
    breaks: [['/spec/sessionAffinityConfig/clientIP/timeoutSeconds', 0, 'field-range']],
  },
  'an IPAddress': {
    right: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: '10.0.0.1' },
      spec: { parentRef: { group: 'a', resource: 'b', name: 'c', namespace: 'd' } },
    },
    breaks: [
      ['/spec/parentRef/group', 'a b', 'field-invalid'],
      ['/spec/parentRef/namespace', 'a/b', 'field-invalid'],
    ],
  },
  'an APIService': {
    right: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.example.com' },
      spec: {
        group: 'example.com',
        version: 'v1',
        groupPriorityMinimum: 1,
        versionPriority: 1,
        service: { name: 'a', namespace: 'b', port: 443 },
      },
    },
    breaks: [
      ['/spec/group', 'A', 'field-invalid /metadata/name', 'field-invalid'],
      ['/spec/service/port', 0, 'field-range'],
    ],
  },
});
