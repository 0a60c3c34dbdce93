import { defineBase, defineEnvironment, defineFleet } from 'lockstep';
import { base } from './base.js';

/** What production has everywhere. */
const production = defineBase({
  extends: base,
  external: [{ kind: 'StorageClass', name: 'fast' }],
  values: {
    platform: { pods: 200 },
    flags: { flags: { 'one-click': 100, wishlist: 0 } },
    database: { storage: '200Gi', storageClass: 'fast' },
    queue: { replicas: 3 },
    cache: { memory: '256mb' },
    orders: { scale: { replicas: 3, upTo: 12 }, workers: 4 },
  },
});

/** What customers see, in each region: the same but for its name and for how many customers it has. */
export default defineFleet({
  clusters: {
    eu: { host: 'shop.example.eu', most: 24 },
    us: { host: 'shop.example.com', most: 24 },
    ap: { host: 'shop.example.jp', most: 8 },
  },
  environment: ({ id, host, most }) =>
    defineEnvironment({
      name: `prod-${id}`,
      cluster: `${id}-1`,
      extends: production,
      values: {
        catalog: { scale: { replicas: 3, upTo: most } },
        web: { host, scale: { replicas: 3, upTo: most }, logLevel: 'warn' },
      },
    }),
});
