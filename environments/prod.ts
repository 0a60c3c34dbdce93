import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

/** What customers see. */
export default defineEnvironment({
  name: 'prod',
  cluster: 'eu-1',
  extends: base,
  values: {
    platform: { pods: 60 },
    web: { host: 'shop.example.com', replicas: 6, logLevel: 'warn' },
    cache: { memory: '256mb' },
  },
});
