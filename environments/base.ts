import { access, defineBase, network, reliability, restricted, supplyChain } from 'lockstep';
import { cache } from '../charts/cache.js';
import { catalog } from '../charts/catalog.js';
import { database } from '../charts/database.js';
import { flags } from '../charts/flags.js';
import { orders } from '../charts/orders.js';
import { platform } from '../charts/platform.js';
import { queue } from '../charts/queue.js';
import { web } from '../charts/web.js';
import { owned } from './policies.js';

const podinfo = 'ghcr.io/stefanprodan/podinfo:6.9.1';
const postgres = 'postgres:17.5-alpine';

/** What all environments share: which charts there are, and which versions they run. It is never rendered itself. */
export const base = defineBase({
  kubernetes: '1.35',
  charts: { platform, flags, database, queue, cache, catalog, orders, web },
  policies: {
    access,
    network,
    owned,
    reliability,
    restricted,
    supplyChain: supplyChain({ registries: ['docker.io/library', 'ghcr.io/stefanprodan'] }),
  },
  // The vault's operator makes it.
  external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }],
  values: {
    platform: { pods: 30 },
    flags: { image: podinfo },
    database: { image: postgres, storage: '10Gi' },
    queue: { image: 'nats:2.11-alpine' },
    cache: { image: 'redis:7.4.5-alpine' },
    catalog: { image: podinfo },
    orders: { image: podinfo, migrations: postgres },
    web: { image: podinfo },
  },
});
