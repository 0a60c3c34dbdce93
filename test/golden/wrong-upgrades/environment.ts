import { defineBase, defineEnvironment } from 'lockstep';

const base = defineBase({
  kubernetes: '1.35',
  upgrades: ['~2.4'] as never,
});

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  extends: base,
  upgrades: {
    'ghcr.io/acme/web': '~2.4',
    'ghcr.io/acme/db': 'latest',
    'ghcr.io/acme/jobs': '2.x.y',
    'ghcr.io/acme/mail:1.2': '^1',
    'ghcr.io/acme/*/web': '^1',
    'Ghcr.io/Acme': '^1',
    '': '^1',
    'ghcr.io/acme/shop': { range: '~2.4' } as never,
    postgres: true as never,
    redis: undefined as never,
  },
});
