import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilersHiding } from '../../src/commands/hiding.ts';
import { diffReport } from '../../src/diff/report.ts';
import type { ComparedTree } from '../../src/diff/tree.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { type Proposal, proposalStep } from '../../src/publish/proposal.ts';
import { treeOf } from './samples.ts';

const names = Array.from({ length: 2_000 }, (_, i) => `settings-${i}`);
const side = (value: string): ComparedTree => {
  const { index } = treeOf(Object.fromEntries(names.map((name) => [name, value])));
  const manifests = index.objects.map(({ ref }): [ObjectKey, Manifest] => [
    keyOf(ref),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ref.name, namespace: 'shop' }, data: { value: `${ref.name} ${value}` } },
  ]);
  return { index, manifests: new Map(manifests) };
};

const subject = `Change \`all\` of it \u{1f389} @everybody ${'\u0007'.repeat(300)}`;
const commits = Array.from({ length: 20 }, (_, i) => ({ commit: String(i % 10).repeat(64), subject }));
const who = { name: subject, email: 'ada@example.com', date: '1767225600 +0100' };
const huge: Proposal = {
  slice: undefined,
  report: diffReport(
    [
      {
        environment: 'prod',
        before: side('1'),
        after: side(`2 ${'x'.repeat(500)}`),
        from: { name: 'environments/prod', commit: null },
        to: { name: 'environments/prod-next', commit: null },
        isSuccessor: true,
      },
    ],
    compilersHiding(),
  ),
  source: { commit: '1'.repeat(64), author: who, committer: who, subject, body: '' },
  repoURL: `https://git.example.com/${'group/'.repeat(25)}shop.git`,
  between: { relation: 'ahead', commits, count: 400 },
  rollback: undefined,
};

test('what a pull request says is never more than forges take, however much it is about and whatever people wrote', () => {
  for (const rollback of [undefined, { commit: '2'.repeat(64), subject: subject.repeat(40) }]) {
    const step = proposalStep(undefined, { ...huge, rollback, source: rollback === undefined ? huge.source : undefined }, true);
    assert.ok(step.op === 'open' && step.text.body.length > 55_000);
    assert.ok(step.text.body.length < 65_536, `${step.text.body.length}`);
    assert.match(step.text.body, /<summary>400 commits of the source<\/summary>\n\n- [\s\S]*\n- … and 39\d more\n\n<\/details>/);
    assert.doesNotMatch(step.text.body, /\p{Surrogate}/u);
  }
});
