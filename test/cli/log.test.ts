import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLog } from '../../src/cli/log.ts';
import { painter } from '../../src/cli/paint.ts';
import type { LoggedCommit } from '../../src/publish/history/commits.ts';
import type { ObjectLog } from '../../src/publish/history/log.ts';

const id = (digit: string): string => digit.repeat(40);
const grace = { name: 'Grace Hopper', email: 'grace@example.com' };
const counts = { added: 0, changed: 0, removed: 0 };
const source = { commit: id('a'), subject: 'Let web have three', references: [] };
const ref = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const date = '2026-01-01T00:00:00Z';

test('a log says how each commit came in, what people wrote, and what is odd about it', () => {
  const commits: readonly (LoggedCommit | ObjectLog)[] = [
    {
      commit: id('5'),
      date,
      how: 'merged',
      by: grace,
      subject: 'Merge pull request #7',
      source,
      rollbackTo: id('1'),
      ...counts,
      changed: 1,
    },
    { commit: id('4'), date, how: 'committed', by: grace, subject: 'Mend it\u001b[31m', source: null, ...counts, removed: 2 },
    { commit: id('3'), date, how: 'committed', by: grace, subject: 'Squash (#6)', source, alsoRenderedBy: id('b'), ...counts },
    {
      commit: id('2'),
      date,
      how: 'published',
      by: { name: '', email: 'ci@example.com' },
      subject: 'aaaaaaa: Let web have three',
      source,
      dirty: true,
      ...counts,
      object: ref,
      op: 'move',
      path: 'new/web.yaml',
      from: 'old/web.yaml',
      fields: [],
    },
  ];
  assert.deepEqual(formatLog({ commits, more: true }, painter(false)), [
    '555555555555  2026-01-01T00:00:00Z  rolled back to 111111111111 by Grace Hopper  1 changed',
    '  Merge pull request #7',
    '  source aaaaaaaaaaaa: Let web have three',
    '444444444444  2026-01-01T00:00:00Z  committed by Grace Hopper  2 removed',
    '  ! made by hand, no source commit: Mend it\\u001b[31m',
    '333333333333  2026-01-01T00:00:00Z  committed by Grace Hopper',
    '  Squash (#6)',
    '  source aaaaaaaaaaaa: Let web have three',
    '  bbbbbbbbbbbb renders to the same',
    '222222222222  2026-01-01T00:00:00Z  published by ci@example.com',
    '  source aaaaaaaaaaaa: Let web have three',
    '  ! changes that were not committed went into it, too',
    '  > Deployment/shop/web in new/web.yaml, was old/web.yaml',
    'there are older ones: --limit 40',
  ]);
  assert.deepEqual(formatLog({ commits: [], more: false }, painter(false)), []);
});
