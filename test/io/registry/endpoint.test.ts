import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endpointOf } from '../../../src/io/registry/endpoint.ts';
import { temporaryFolder } from '../../support/repository.ts';

const roots = (registry: string, insecure: readonly string[] = []): readonly string[] => {
  const { root, plainRoot } = endpointOf(registry, { insecure, certificates: [] });
  return [root, plainRoot ?? []].flat().map(String);
};

test('registries are reached over TLS, and without it only on this machine or where that is said', () => {
  assert.deepEqual(roots('docker.io'), ['https://registry-1.docker.io/v2/']);
  assert.deepEqual(roots('ghcr.io'), ['https://ghcr.io/v2/']);
  assert.deepEqual(roots('registry.lan:5000'), ['https://registry.lan:5000/v2/']);
  assert.deepEqual(roots('registry.lan:5000', ['registry.lan:5000']), ['https://registry.lan:5000/v2/', 'http://registry.lan:5000/v2/']);
  for (const here of ['localhost:5000', '127.0.0.1:5000', '127.8.8.8', '[::1]:5000'])
    assert.deepEqual(roots(here), [`https://${here}/v2/`, `http://${here}/v2/`], here);
  for (const elsewhere of ['127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1:5000'])
    assert.deepEqual(roots(elsewhere), [`https://${elsewhere}/v2/`], elsewhere);
});

test('what is no host is told', () => {
  for (const registry of ['registry.lan:99999', '[::zz]:5000'])
    assert.throws(() => endpointOf(registry, { insecure: [], certificates: [] }), {
      code: 'registry-unreachable',
      exit: 2,
      message: `\`${registry}\` is no host`,
    });
});

test('the certificates of authorities lie where Docker keeps them', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'registry.lan:5000'), { recursive: true });
  for (const name of ['b.crt', 'a.crt', 'client.key']) writeFileSync(join(folder, 'registry.lan:5000', name), name);
  const authorities = (registry: string) => endpointOf(registry, { insecure: [], certificates: [folder, '/none'] }).authorities;
  assert.deepEqual(authorities('registry.lan:5000'), ['a.crt', 'b.crt']);
  assert.deepEqual(authorities('registry.lan'), []);
});
