import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReference } from '../../src/publish/references.ts';

test('a body without trailers is left as it is', () => {
  assert.deepEqual(readReference('Two were too few.\n\nSigned-off-by: Ada <ada@example.com>'), {
    reference: undefined,
    body: 'Two were too few.\n\nSigned-off-by: Ada <ada@example.com>',
  });
});

test('the trailers of a code commit are read and taken out', () => {
  const body = [
    'Bump the image.',
    '',
    'Argocd-reference-commit-author: Grace Hopper <grace@example.com>',
    'Argocd-reference-commit-date: 2026-01-01T12:00:00+01:00',
    'Argocd-reference-commit-subject: Fix the cart',
    'Argocd-reference-commit-body: "It was empty.\\n\\nNow it is not."',
    'Argocd-reference-commit-sha: 0123abc',
    'Argocd-reference-commit-repourl: https://git.example.com/cart',
    'Signed-off-by: Ada <ada@example.com>',
  ].join('\n');
  assert.deepEqual(readReference(body), {
    reference: {
      author: 'Grace Hopper <grace@example.com>',
      date: '2026-01-01T12:00:00+01:00',
      subject: 'Fix the cart',
      body: 'It was empty.\n\nNow it is not.',
      sha: '0123abc',
      repoURL: 'https://git.example.com/cart',
    },
    body: 'Bump the image.\n\nSigned-off-by: Ada <ada@example.com>',
  });
});

test('of two equal trailers the last counts', () => {
  const { reference } = readReference('Argocd-reference-commit-sha: 00000\nArgocd-reference-commit-sha: 11111');
  assert.deepEqual(reference, { sha: '11111' });
});

const malformed = [
  'Argocd-reference-commit-author: Grace Hopper',
  'Argocd-reference-commit-date: yesterday',
  'Argocd-reference-commit-date: 2026-13-01T00:00:00Z',
  'Argocd-reference-commit-body: It was empty.',
  'Argocd-reference-commit-sha: 0123ABC',
  'Argocd-reference-commit-sha: 012',
  'Argocd-reference-commit-repourl: cart',
  'Argocd-reference-commit-repourl: https://token@git.example.com/cart',
  'Argocd-reference-commit-subject: ',
  'Argocd-reference-commit-constructor: x',
  'argocd-reference-commit-sha: 0123abc',
  ' Argocd-reference-commit-sha: 0123abc',
];

for (const line of malformed) {
  test(`"${line}" is not a trailer, and stays`, () => {
    assert.deepEqual(readReference(line), { reference: undefined, body: line.trim() });
  });
}
