import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneName, resolveRepositories, ruleFor } from '../../src/compile/repositories.ts';
import type { Layer } from '../../src/compile/resolve.ts';

const resolved = (...definitions: readonly object[]) =>
  resolveRepositories(definitions.map((signatures) => ({ definition: { signatures }, at: {} })) as unknown as readonly Layer[], {
    option: 'signatures',
    code: 'signature-invalid',
    form: '',
    read: (value) => ({ ok: true, value }),
  });

const names: readonly (readonly [name: string, readonly string[]])[] = [
  ['ghcr.io/acme/web', ['ghcr.io/acme/web', 'ghcr.io:443/acme/web', 'GHCR.IO/acme/web', 'Ghcr.io:0443/acme/web']],
  [
    'docker.io/library/nginx',
    [
      'nginx',
      'library/nginx',
      'docker.io/nginx',
      'DOCKER.IO/library/nginx',
      'docker.io:443/nginx',
      'index.docker.io/library/nginx',
      'Index.Docker.io/nginx',
      'registry-1.docker.io/library/nginx',
      'registry-1.docker.io:443/nginx',
      'registry.hub.docker.com/library/nginx',
    ],
  ],
  ['docker.io/acme/web', ['acme/web', 'registry-1.docker.io/acme/web']],
  ['127.0.0.1:5000/web', ['127.0.0.1:5000/web', '127.1:5000/web']],
  ['[::1]:5000/web', ['[::1]:5000/web', '[0:0:0:0:0:0:0:1]:5000/web']],
  ['ghcr.io:8443/acme/web', ['ghcr.io:8443/acme/web']],
];
for (const [name, ways] of names) {
  test(`${name} is one repository, however it is written`, () => {
    for (const way of ways) assert.equal(oneName(way), name, way);
    const { value: rules } = resolved({ [name]: 'this one' });
    for (const way of ways) assert.equal(ruleFor(rules, `${way}:1`)?.value, 'this one', way);
    const { value: above } = resolved({ [`${name.slice(0, name.lastIndexOf('/'))}/*`]: 'all below' });
    for (const way of ways) assert.equal(ruleFor(above, `${way}:1`)?.value, 'all below', way);
  });
}

test('an entry that is written in another way is that of the same repository', () => {
  const { value, diagnostics } = resolved({ 'ghcr.io:443/acme/*': 1, 'registry-1.docker.io/library/nginx': 2 }, { nginx: 3 });
  assert.deepEqual([diagnostics, ruleFor(value, 'ghcr.io/acme/web:1')?.value, ruleFor(value, 'nginx:1')?.value], [[], 1, 3]);
});

test('of two entries of one repository neither is dropped silently', () => {
  const { diagnostics } = resolved({ nginx: 1, 'docker.io/library/nginx': 2, 'ghcr.io/a/*': 3, 'GHCR.io/a/*': 4, 'ghcr.io/a': 5 });
  assert.deepEqual(
    diagnostics.map(({ message, at }) => [message, at.pointer]),
    [
      ['`"docker.io/library/nginx"` is the same repository as `"nginx"`', 'signatures.docker.io/library/nginx'],
      ['`"GHCR.io/a/*"` is the same repository as `"ghcr.io/a/*"`', 'signatures.GHCR.io/a/*'],
    ],
  );
});
