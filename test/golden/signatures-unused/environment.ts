import { defineBase, defineEnvironment } from 'lockstep';

const key =
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzCHSNv8+8Z7YqXuVGxF9QGIWPWvq\nmpWy8QkwJoehjMbdR4/jLd8/hxikisLrIe9zyUN/ILPVzyal4ViQ85lncQ==\n-----END PUBLIC KEY-----\n';

export default defineEnvironment({
  name: 'signed',
  cluster: 'eu-1',
  extends: defineBase({ kubernetes: '1.35', signatures: { 'quay.io/*': { key } } }),
  signatures: { 'ghcr.io/acme/*': { key } },
});
