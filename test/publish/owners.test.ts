import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnersText, ownersFile, ownersIn } from '../../src/publish/owners.ts';

const owners = new Map([
  ['payments', ['@acme/payments', '@ada']],
  ['shop', ['@acme/shop']],
]);

const objects = [
  { path: 'web/service.core.shop.web.yaml', slice: 'shop' },
  { path: 'web/deployment.apps.shop.web.yaml', slice: 'shop' },
  { path: 'pay.v2/deployment.apps.pay.api.yaml', slice: 'payments' },
  { path: 'base/namespace.core._cluster.shop.yaml', slice: 'shop' },
  { path: 'base/namespace.core._cluster.pay.yaml', slice: 'payments' },
  { path: 'base/namespace.core._cluster.tools.yaml', slice: '' },
  { path: 'tools/deployment.apps.tools.tool.yaml', slice: 'tools' },
];

function rulesOf(text: string | undefined): readonly string[] {
  return (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('each folder of a slice has a rule, and where several slices share a folder, each file', () => {
  const gitHub = ownersFile(objects, owners, 'github');
  assert.deepEqual(rulesOf(gitHub?.text), [
    '/base/namespace.core._cluster.pay.yaml @acme/payments @ada',
    '/base/namespace.core._cluster.shop.yaml @acme/shop',
    '/pay.v2/ @acme/payments @ada',
    '/web/ @acme/shop',
  ]);
  assert.equal(gitHub?.path, 'CODEOWNERS');
  assert.equal(ownersFile(objects, owners, 'gitlab')?.text, gitHub?.text);
  assert.equal(ownersFile(objects, new Map([['nobody', ['@ada']]]), 'github'), undefined);
});

test('Gitea and Forgejo are told the same by regular expressions of whole paths', () => {
  const rules = rulesOf(ownersFile(objects, owners, 'gitea')?.text).map((line) => line.split(' '));
  assert.equal(rules.length, 4);
  // As Gitea reads a word: a backslash stands for what follows it.
  const expressions = rules.map(([word = '', ...names]) => [new RegExp(`^${word.replaceAll(/\\(.)/g, '$1')}$`), names] as const);
  const ownersOf = (path: string): readonly string[] => expressions.flatMap(([rule, names]) => (rule.test(path) ? names : []));
  for (const { path, slice } of objects) assert.deepEqual(ownersOf(path), owners.get(slice) ?? [], path);
  assert.deepEqual(ownersOf('payxv2/deployment.apps.pay.api.yaml'), [], 'a dot is a dot');
});

test('what is edited by hand is told from what was written', () => {
  const text = ownersFile(objects, owners, 'github')?.text ?? '';
  assert.equal(isOwnersText(text), true);
  assert.equal(isOwnersText(`${text}* @eve\n`), false);
  assert.equal(isOwnersText('/web/ @acme/shop\n'), false);
});

test('owners are read back by slice, in the words of any forge', () => {
  for (const forge of ['github', 'gitea'] as const)
    assert.deepEqual(new Map([...ownersIn(ownersFile(objects, owners, forge)?.text ?? '', objects)].sort()), owners);
});
