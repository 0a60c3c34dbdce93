import { access, agentChart, defineChart, defineEnvironment, reliability, restricted, supplyChain } from 'lockstep';

/** An agent that is upgraded by a pull request, and who is asked about it. */
const agent = defineChart({ ...agentChart, owner: 'platform' });

export default defineEnvironment({
  name: 'system',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { agent },
  values: { agent: { image: 'ghcr.io/acme/lockstep:0.1.0', sources: ['https://git.example.com:8443/shop.git'] } },
  external: [
    { kind: 'Namespace', name: 'lockstep' },
    { kind: 'ServiceAccount', namespace: 'lockstep', name: 'lockstep' },
  ],
  policies: { access, reliability, restricted, supplyChain },
});
