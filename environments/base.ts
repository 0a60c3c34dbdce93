import { defineBase } from 'lockstep';
import { cache } from '../charts/cache.js';
import { platform } from '../charts/platform.js';
import { web } from '../charts/web.js';
import { owned } from './policies.js';

/** What all environments share. It is never rendered itself. */
export const base = defineBase({
  kubernetes: '1.35',
  charts: { platform, web, cache },
  policies: { owned },
  values: {
    platform: { pods: 20 },
    web: { image: 'ghcr.io/stefanprodan/podinfo:6.9.1' },
    cache: { image: 'redis:7.4.5-alpine' },
  },
});
