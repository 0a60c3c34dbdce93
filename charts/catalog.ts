import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { database } from './database.js';
import { addWorkload, scale } from './workload.js';

/** What the shop sells: an API that only reads, so it scales with its visitors. */
export const catalog = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  after: [database],
  values: z.object({ image: image(), scale: scale.prefault({}) }),
  build(chart, { values }) {
    addWorkload(chart, {
      name: 'catalog',
      team: 'team-shop',
      image: values.image,
      scale: values.scale,
      port: 9898,
      ready: '/readyz',
      env: { PODINFO_CACHE_SERVER: 'tcp://cache:6379' },
      callers: ['web'],
    });
  },
});
