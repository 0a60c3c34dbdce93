import { defineEnvironment } from 'lockstep';

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  kubernetes: '1.35',
  signatures: {
    'ghcr.io/acme/web:1': { key: './keys/cosign.pub' },
    'ghcr.io/a': './keys/cosign.pub' as never,
    'ghcr.io/b': {} as never,
    'ghcr.io/c': { key: [] },
    'ghcr.io/d': { key: '../keys/cosign.pub' },
    'ghcr.io/e': { key: '/keys/cosign.pub' },
    'ghcr.io/f': { key: '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n' },
    'ghcr.io/g': { key: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIhunter2\n-----END EC PRIVATE KEY-----\n' },
    'ghcr.io/h': { key: '-----BEGIN PUBLIC KEY-----', issuer: 'https://example.com' } as never,
    'ghcr.io/i': { key: [7] as never },
  },
});
