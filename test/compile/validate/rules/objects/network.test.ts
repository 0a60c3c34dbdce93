import { type Sample, testObjects } from './said.ts';

const metadata = { name: 'web', namespace: 'default' };

export const samples: Readonly<Record<string, Sample>> = {
  Service: {
    fine: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    changes: [
      [{ spec: { ports: [] } }, 'field-required /spec/ports'],
      [{ spec: { ports: [], clusterIP: 'None' } }],
      [{ spec: { ports: [{ port: 0 }] } }, 'field-range /spec/ports/0/port'],
      [{ spec: { ports: [{ port: 80 }, { port: 81 }] } }, 'field-required /spec/ports/0/name', 'field-required /spec/ports/1/name'],
      [
        {
          spec: {
            ports: [
              { name: 'a', port: 80 },
              { name: 'a', port: 81 },
            ],
          },
        },
        'field-duplicate /spec/ports/1/name',
      ],
      [{ spec: { ports: [{ name: 'A', port: 80 }] } }, 'field-invalid /spec/ports/0/name'],
      [{ spec: { ports: [{ port: 80, targetPort: 70_000 }] } }, 'field-range /spec/ports/0/targetPort'],
      [{ spec: { ports: [{ port: 80, targetPort: 0 }] } }],
      [{ spec: { ports: [{ port: 80, targetPort: 'HTTP' }] } }, 'field-invalid /spec/ports/0/targetPort'],
      [{ spec: { ports: [{ port: 80, appProtocol: 'a b' }] } }, 'field-invalid /spec/ports/0/appProtocol'],
      [{ spec: { ports: [{ port: 80, appProtocol: 'kubernetes.io/h2c' }] } }],
      [{ spec: { ports: [{ port: 80, nodePort: 30_080 }] } }, 'field-forbidden /spec/ports/0/nodePort'],
      [{ spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] } }],
      [
        {
          spec: {
            type: 'NodePort',
            ports: [
              { name: 'a', port: 80, nodePort: 30_080 },
              { name: 'b', port: 81, nodePort: 30_080 },
            ],
          },
        },
        'field-duplicate /spec/ports/1/nodePort',
      ],
      [{ spec: { type: 'NodePort', clusterIP: 'None' } }, 'field-invalid /spec/clusterIP'],
      [{ spec: { selector: { 'a b': 'c' } } }, 'field-invalid /spec/selector/a b'],
      [{ spec: { type: 'ExternalName', externalName: 'db.example.com.', ports: undefined } }],
      [{ spec: { type: 'ExternalName', ports: undefined } }, 'field-required /spec/externalName'],
      [{ spec: { type: 'ExternalName', externalName: 'a_b' } }, 'field-invalid /spec/externalName'],
      [{ spec: { type: 'ExternalName', externalName: 'a', clusterIP: 'None' } }, 'field-forbidden /spec/clusterIP'],
      [{ spec: { type: 'ExternalName', externalName: 'a', ipFamilyPolicy: 'SingleStack' } }, 'field-forbidden /spec/ipFamilyPolicy'],
      [{ spec: { externalIPs: ['127.0.0.1'] } }, 'field-invalid /spec/externalIPs/0'],
      [{ spec: { externalIPs: ['1.2.3'] } }, 'field-invalid /spec/externalIPs/0'],
      [{ spec: { externalIPs: ['192.0.2.1'], externalTrafficPolicy: 'Local' } }],
      [{ spec: { externalTrafficPolicy: 'Local' } }, 'field-forbidden /spec/externalTrafficPolicy'],
      [{ spec: { healthCheckNodePort: 30_000 } }, 'field-forbidden /spec/healthCheckNodePort'],
      [{ spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_081 } }],
      [
        { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 70_000 } },
        'field-range /spec/healthCheckNodePort',
      ],
      [{ spec: { allocateLoadBalancerNodePorts: false } }, 'field-forbidden /spec/allocateLoadBalancerNodePorts'],
      [{ spec: { loadBalancerClass: 'example.com/lb' } }, 'field-forbidden /spec/loadBalancerClass'],
      [{ spec: { type: 'LoadBalancer', loadBalancerClass: 'a b' } }, 'field-invalid /spec/loadBalancerClass'],
      [{ spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }, 'field-forbidden /spec/loadBalancerSourceRanges'],
      [{ spec: { type: 'LoadBalancer', loadBalancerSourceRanges: [' 10.0.0.0/8 '] } }],
      [{ spec: { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0'] } }, 'field-invalid /spec/loadBalancerSourceRanges/0'],
      [
        { spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90_000 } } } },
        'field-range /spec/sessionAffinityConfig/clientIP/timeoutSeconds',
      ],
      [{ spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } } }],
      [{ spec: { clusterIP: '10.96.0.300' } }, 'field-invalid /spec/clusterIP'],
      [{ spec: { clusterIPs: ['10.96.0.30'] } }, 'field-invalid /spec/clusterIPs'],
      [
        { spec: { clusterIP: 'None', clusterIPs: ['None', '10.0.0.1'], ipFamilyPolicy: 'PreferDualStack' } },
        'field-invalid /spec/clusterIPs',
      ],
      [{ spec: { ipFamilies: ['IPv4', 'IPv4'], ipFamilyPolicy: 'PreferDualStack' } }, 'field-duplicate /spec/ipFamilies/1'],
      [{ spec: { ipFamilies: ['IPv4', 'IPv6'] } }, 'field-invalid /spec/ipFamilyPolicy'],
      [{ spec: { ipFamilies: ['IPv6'], clusterIP: '10.96.0.1' } }, 'field-invalid /spec/ipFamilies/0'],
      [{ spec: { trafficDistribution: 'PreferClose' } }],
      [{ spec: { trafficDistribution: 'Close' } }, 'field-invalid /spec/trafficDistribution'],
      [
        { metadata: { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8' } } },
        'field-forbidden /metadata/annotations/service.beta.kubernetes.io~1load-balancer-source-ranges',
      ],
      [
        {
          metadata: { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8, x' } },
          spec: { type: 'LoadBalancer' },
        },
        'field-invalid /metadata/annotations/service.beta.kubernetes.io~1load-balancer-source-ranges',
      ],
      [
        {
          metadata: {
            annotations: { 'service.kubernetes.io/topology-aware-hints': 'auto', 'service.kubernetes.io/topology-mode': 'Auto' },
          },
        },
        'field-invalid /metadata/annotations/service.kubernetes.io~1topology-mode',
      ],
      [{ spec: undefined }, 'field-required /spec/ports'],
      [{ metadata: { finalizers: ['mine'] } }, 'field-invalid /metadata/finalizers/0'],
    ],
  },
  Endpoints: {
    fine: { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] },
    changes: [
      [{ subsets: [{ ports: [{ port: 80 }] }] }, 'field-required /subsets/0/addresses'],
      [{ subsets: [{ addresses: [{ ip: '169.254.1.1' }] }] }, 'field-invalid /subsets/0/addresses/0/ip'],
      [{ subsets: [{ notReadyAddresses: [{ ip: 'x' }] }] }, 'field-invalid /subsets/0/notReadyAddresses/0/ip'],
      [{ subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'A' }] }] }, 'field-invalid /subsets/0/addresses/0/hostname'],
      [{ subsets: [{ addresses: [{ ip: '10.0.0.1', nodeName: 'A' }] }] }, 'field-invalid /subsets/0/addresses/0/nodeName'],
      [{ subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 0 }] }] }, 'field-range /subsets/0/ports/0/port'],
      [
        { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'a', port: 1 }, { port: 2 }] }] },
        'field-required /subsets/0/ports/1/name',
      ],
      [
        { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80, appProtocol: '' }] }] },
        'field-invalid /subsets/0/ports/0/appProtocol',
      ],
    ],
  },
  EndpointSlice: {
    fine: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], hostname: 'a', hints: { forZones: [{ name: 'a' }] } }],
      ports: [{ name: 'http', port: 80 }],
    },
    changes: [
      [{ endpoints: [] }],
      [{ endpoints: [{ addresses: [] }] }, 'field-required /endpoints/0/addresses'],
      [{ endpoints: [{ addresses: ['::1'] }] }, 'field-invalid /endpoints/0/addresses/0', 'field-invalid /endpoints/0/addresses/0'],
      [{ addressType: 'IPv6', endpoints: [{ addresses: ['2001:DB8::1'] }] }, 'field-invalid /endpoints/0/addresses/0'],
      [{ addressType: 'IPv6', endpoints: [{ addresses: ['2001:db8::1'] }] }],
      [{ addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com'] }] }],
      [{ addressType: 'FQDN', endpoints: [{ addresses: ['example'] }] }, 'field-invalid /endpoints/0/addresses/0'],
      [{ endpoints: [{ addresses: ['10.0.0.1'], nodeName: 'A' }] }, 'field-invalid /endpoints/0/nodeName'],
      [{ endpoints: [{ addresses: ['10.0.0.1'], hostname: '' }] }, 'field-invalid /endpoints/0/hostname'],
      [
        { endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }] },
        'field-duplicate /endpoints/0/hints/forZones/1/name',
      ],
      [
        { endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: Array.from({ length: 9 }, (_, i) => ({ name: `z${i}` })) } }] },
        'field-range /endpoints/0/hints/forZones',
      ],
      [{ ports: [{ port: 1 }, { port: 2 }] }, 'field-duplicate /ports/1/name'],
      [{ ports: [{ name: 'A', port: 1 }] }, 'field-invalid /ports/0/name'],
    ],
  },
  Ingress: {
    fine: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        tls: [{ hosts: ['*.example.com'], secretName: 'tls' }],
        rules: [
          {
            host: 'a.example.com',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
      },
    },
    changes: [
      [{ spec: { rules: undefined } }, 'field-required /spec/rules'],
      [{ spec: { rules: undefined, defaultBackend: { service: { name: 'web', port: { name: 'http' } } } } }],
      [{ spec: { defaultBackend: {} } }, 'field-required /spec/defaultBackend'],
      [{ spec: { defaultBackend: { service: { name: 'web' } } } }, 'field-required /spec/defaultBackend/service/port'],
      [
        { spec: { defaultBackend: { service: { name: 'web', port: { name: 'http', number: 80 } } } } },
        'field-conflict /spec/defaultBackend/service/port/number',
      ],
      [
        { spec: { defaultBackend: { service: { name: 'web.a', port: { number: 80 } } } } },
        'field-invalid /spec/defaultBackend/service/name',
      ],
      [
        { spec: { defaultBackend: { service: { name: 'web', port: { number: 70_000 } } } } },
        'field-range /spec/defaultBackend/service/port/number',
      ],
      [{ spec: { defaultBackend: { service: { name: 'a', port: { name: 'b', number: 0 } } } } }],
      [
        { spec: { defaultBackend: { resource: {} } } },
        'field-required /spec/defaultBackend/resource/kind',
        'field-required /spec/defaultBackend/resource/name',
      ],
      [{ spec: { defaultBackend: { resource: { kind: 'A', name: 'b/c' } } } }, 'field-invalid /spec/defaultBackend/resource/name'],
      [{ spec: { ingressClassName: 'A' } }, 'field-invalid /spec/ingressClassName'],
      [{ spec: { tls: [{ hosts: ['a*b'] }] } }, 'field-invalid /spec/tls/0/hosts/0'],
      [{ spec: { tls: [{ secretName: 'A' }] } }, 'field-invalid /spec/tls/0/secretName'],
      [{ spec: { rules: [{ host: '10.0.0.1' }] } }, 'field-invalid /spec/rules/0/host'],
      [{ spec: { rules: [{ host: 'Example.com' }] } }, 'field-invalid /spec/rules/0/host'],
      [{ spec: { rules: [{ host: '' }] } }],
      [{ spec: { rules: [{ http: { paths: [] } }] } }, 'field-required /spec/rules/0/http/paths'],
      ...(
        [
          ['Prefix', 'a', 'field-invalid'],
          ['Exact', '/a//b', 'field-invalid'],
          ['Exact', '/a/..', 'field-invalid'],
          ['Prefix', '/a%2Fb', 'field-invalid'],
          ['ImplementationSpecific', '/a//b'],
          ['ImplementationSpecific', 'a', 'field-invalid'],
          ['ImplementationSpecific', ''],
        ] as const
      ).map(
        ([pathType, path, code]) =>
          [
            { spec: { rules: [{ http: { paths: [{ path, pathType, backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } },
            ...(code === undefined ? [] : [`${code} /spec/rules/0/http/paths/0/path`]),
          ] as const,
      ),
      [
        { metadata: { annotations: { 'kubernetes.io/ingress.class': 'a' } }, spec: { ingressClassName: 'b' } },
        'field-invalid /metadata/annotations/kubernetes.io~1ingress.class',
      ],
    ],
  },
  IngressClass: {
    fine: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'a' }, spec: { controller: 'example.com/a' } },
    changes: [
      [{ spec: { controller: 'a' } }, 'field-invalid /spec/controller'],
      [{ spec: { controller: undefined } }, 'field-required /spec/controller'],
      [{ spec: { parameters: { kind: 'A', name: 'a' } } }],
      [{ spec: { parameters: { kind: 'A', name: 'a', scope: 'Namespace' } } }, 'field-required /spec/parameters/namespace'],
      [{ spec: { parameters: { kind: 'A', name: 'a', namespace: 'a' } } }, 'field-invalid /spec/parameters/scope'],
      [{ spec: { parameters: { kind: 'A', name: 'a', scope: 'Node' } } }, 'field-invalid /spec/parameters/scope'],
      [{ spec: { parameters: { kind: '', name: 'a/b' } } }, 'field-required /spec/parameters/kind', 'field-invalid /spec/parameters/name'],
      [{ spec: { parameters: { kind: 'A', name: 'a', apiGroup: 'A' } } }, 'field-invalid /spec/parameters/apiGroup'],
    ],
  },
  NetworkPolicy: {
    fine: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }], ports: [{ port: 80, endPort: 90 }, { port: 'http' }] }],
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
      },
    },
    changes: [
      [
        { spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } } },
        'field-required /spec/podSelector/matchExpressions/0/values',
      ],
      [{ spec: { ingress: [{ ports: [{ port: 0 }] }] } }, 'field-range /spec/ingress/0/ports/0/port'],
      [{ spec: { ingress: [{ ports: [{ port: 'HTTP' }] }] } }, 'field-invalid /spec/ingress/0/ports/0/port'],
      [{ spec: { ingress: [{ ports: [{ endPort: 90 }] }] } }, 'field-forbidden /spec/ingress/0/ports/0/endPort'],
      [{ spec: { ingress: [{ ports: [{ port: 'http', endPort: 90 }] }] } }, 'field-forbidden /spec/ingress/0/ports/0/endPort'],
      [{ spec: { ingress: [{ ports: [{ port: 80, endPort: 79 }] }] } }, 'field-invalid /spec/ingress/0/ports/0/endPort'],
      [{ spec: { ingress: [{ from: [{}] }] } }, 'field-required /spec/ingress/0/from/0'],
      [
        { spec: { egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] } },
        'field-forbidden /spec/egress/0/to/0/ipBlock',
      ],
      [{ spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0' } }] }] } }, 'field-invalid /spec/egress/0/to/0/ipBlock/cidr'],
      [
        { spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }] }] } },
        'field-invalid /spec/egress/0/to/0/ipBlock/except/0',
      ],
      [
        { spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }] }] } },
        'field-invalid /spec/egress/0/to/0/ipBlock/except/0',
      ],
      [{ spec: { policyTypes: ['Ingress', 'Egress', 'Ingress'] } }, 'field-range /spec/policyTypes'],
    ],
  },
  IPAddress: {
    fine: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: '10.1.2.3' },
      spec: { parentRef: { resource: 'services', name: 'a', namespace: 'b' } },
    },
    changes: [
      [{ metadata: { name: '10.1.2.03' } }, 'field-invalid /metadata/name'],
      [{ metadata: { name: '2001:db8::1' } }],
      [{ metadata: { generateName: '' } }],
      [{ metadata: { generateName: 'a' } }, 'field-invalid /metadata/generateName'],
      [{ metadata: { name: '2001:DB8::1' } }, 'field-invalid /metadata/name'],
      [{ spec: undefined }, 'field-required /spec'],
      [{ spec: { parentRef: { resource: 'a/b' } } }, 'field-invalid /spec/parentRef/resource'],
      [{ spec: { parentRef: { name: '' } } }, 'field-required /spec/parentRef/name'],
      [{ spec: { parentRef: { group: 'A' } } }, 'field-invalid /spec/parentRef/group'],
    ],
  },
  ServiceCIDR: {
    fine: { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'a' }, spec: { cidrs: ['10.200.0.0/16'] } },
    changes: [
      [{ spec: { cidrs: [] } }, 'field-required /spec/cidrs'],
      [{ spec: { cidrs: ['10.200.0.1/16'] } }, 'field-invalid /spec/cidrs/0'],
      [{ spec: { cidrs: ['2001:db8::/64', '10.0.0.0/24'] } }],
      [{ spec: { cidrs: ['10.1.0.0/24', '10.0.0.0/24'] } }, 'field-invalid /spec/cidrs/1'],
      [{ spec: { cidrs: ['10.1.0.0/24', '10.0.0.0/24', '10.2.0.0/24'] } }, 'field-invalid /spec/cidrs'],
    ],
  },
};

testObjects(samples);
