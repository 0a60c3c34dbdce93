import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

/** One of everything, and talkative. */
export default defineEnvironment({
  name: 'dev',
  cluster: 'local',
  extends: base,
  values: {
    flags: { flags: { 'one-click': 100, wishlist: 100 } },
    database: { storage: '1Gi' },
    catalog: { scale: { replicas: 1 } },
    orders: { scale: { replicas: 1 }, workers: 1 },
    web: { host: 'shop.dev.example.com', scale: { replicas: 1 }, logLevel: 'debug' },
  },
});
