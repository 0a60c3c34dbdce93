import { defineEnvironment } from 'lockstep';
import { base } from './base.js';

const values: object = {
  web: {
    replcias: 3,
    level: 'trace',
    mode: { slow: 1 },
    port: true,
    volumes: [{ name: 'a' }, { nam: 'b' }],
    limits: { a: { cpu: '1', memory: '2' } },
    open: { anything: { goes: true } },
    even: 3,
    tls: { days: 'many' },
  },
  cache: {},
  forms: { of: { type: 'c' } },
  strict: { sise: 2 },
  bare: { a: 1 },
  wbe: { replicas: 1 },
};

export default defineEnvironment({ name: 'broken', cluster: 'eu-1', extends: base, values: values as never });
