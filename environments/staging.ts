import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

/** Like production, smaller. */
export default defineEnvironment({
  name: 'staging',
  cluster: 'eu-test',
  extends: base,
  values: { web: { host: 'shop.staging.example.com' } },
});
