import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

/** One of everything, and talkative. */
export default defineEnvironment({
  name: 'dev',
  cluster: 'local',
  extends: base,
  values: { web: { host: 'shop.dev.example.com', replicas: 1, logLevel: 'debug' } },
});
