import assert from 'node:assert/strict';
import { test } from 'node:test';
import { image } from '../../src/authoring/image.ts';
import { parseImage } from '../../src/model/image.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test('an image reference is taken apart into repository, tag and digest', () => {
  const references: Readonly<Record<string, readonly [string, string | undefined, string | undefined]>> = {
    nginx: ['nginx', undefined, undefined],
    'nginx:1.27': ['nginx', '1.27', undefined],
    'library/nginx:1.27': ['library/nginx', '1.27', undefined],
    'ghcr.io/acme/web:2.4.1': ['ghcr.io/acme/web', '2.4.1', undefined],
    'localhost:5000/web': ['localhost:5000/web', undefined, undefined],
    'localhost:5000/web:v1_2-rc.1': ['localhost:5000/web', 'v1_2-rc.1', undefined],
    '[::1]:5000/web:v1': ['[::1]:5000/web', 'v1', undefined],
    'a__b/c--d/e.f:1': ['a__b/c--d/e.f', '1', undefined],
    [`nginx@${digest}`]: ['nginx', undefined, digest],
    [`nginx:1.27@${digest}`]: ['nginx', '1.27', digest],
  };
  for (const [text, [repository, tag, found]] of Object.entries(references)) {
    assert.deepEqual(parseImage(text), { repository, tag, digest: found }, text);
  }
});

test('what is no image reference has no parts', () => {
  const wrong = [
    '',
    ' nginx',
    'nginx:',
    'nginx:a b',
    'Nginx:1',
    'nginx:-1',
    'nginx@sha256:12',
    `nginx@md5:${'0'.repeat(32)}`,
    'a//b:1',
    '/a:1',
    'a/:1',
    'a___b:1',
    'nginx:1\n',
  ];
  for (const text of wrong) assert.equal(parseImage(text), undefined, JSON.stringify(text));
});

test('a long text that is nearly an image is judged at once', () => {
  assert.equal(parseImage(`${'a-'.repeat(50_000)}!`), undefined);
  assert.equal(parseImage(`${'a.'.repeat(50_000)}/!`), undefined);
});

test('the schema takes images that say which one, and gives them as they are', () => {
  assert.equal(image().parse('nginx:1.27'), 'nginx:1.27');
  assert.equal(image().parse(`nginx@${digest}`), `nginx@${digest}`);
  for (const wrong of ['nginx', 'not an image', 5]) assert.equal(image().safeParse(wrong).success, false);
});
