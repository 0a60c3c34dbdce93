import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf } from '../../src/model/image.ts';

const homes: readonly (readonly [repository: string, registry: string, path: string])[] = [
  ['nginx', 'docker.io', 'library/nginx'],
  ['acme/web', 'docker.io', 'acme/web'],
  ['docker.io/nginx', 'docker.io', 'library/nginx'],
  ['docker.io/acme/web', 'docker.io', 'acme/web'],
  ['index.docker.io/acme/web', 'docker.io', 'acme/web'],
  ['ghcr.io/acme/web', 'ghcr.io', 'acme/web'],
  ['localhost/web', 'localhost', 'web'],
  ['registry:5000/web', 'registry:5000', 'web'],
  ['[::1]:5000/a/b', '[::1]:5000', 'a/b'],
  ['Registry/web', 'Registry', 'web'],
];
for (const [repository, registry, path] of homes) {
  test(`\`${repository}\` is ${path} of ${registry}`, () => assert.deepEqual(homeOf(repository), { registry, path }));
}
