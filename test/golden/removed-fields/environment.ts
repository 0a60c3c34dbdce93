import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const devices = defineChart({
  namespace: 'shop',
  build(chart) {
    const image = 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
    // The first is as it was until 1.30, the second as it is since 1.31.
    const claims = [
      { name: 'gpu', source: { resourceClaimName: 'gpu' } },
      { name: 'gpu', resourceClaimName: 'gpu' },
    ];
    claims.forEach((claim, i) => {
      new ApiObject(chart, `pod-${i}`, {
        apiVersion: 'v1',
        kind: 'Pod',
        spec: { resourceClaims: [claim], containers: [{ name: 'main', image, resources: { claims: [{ name: 'gpu' }] } }] },
      });
    });
  },
});

export default defineEnvironment({
  name: 'devices',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { devices },
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'ResourceClaim', namespace: 'shop', name: 'gpu' },
  ],
});
