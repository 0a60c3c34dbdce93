import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

/** Like production, smaller: what breaks there breaks here first. */
export default defineEnvironment({
  name: 'staging',
  cluster: 'eu-test',
  extends: base,
  values: {
    flags: { flags: { 'one-click': 100, wishlist: 50 } },
    web: { host: 'shop.staging.example.com', scale: { replicas: 2, upTo: 4 } },
  },
});
