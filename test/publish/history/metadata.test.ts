import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branchesOf } from '../../../src/model/rendered.ts';
import { readMetadata } from '../../../src/publish/history/metadata.ts';
import { type Provenance, provenanceFiles } from '../../../src/publish/provenance.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' };
const commit = 'a'.repeat(40);

test('what publishing writes is read again, references too', () => {
  const provenance: Provenance = {
    environment: 'prod',
    branches: branchesOf('prod'),
    version: '1',
    repoURL: 'https://git.example.com/shop.git',
    source: {
      commit,
      author: ada,
      committer: ada,
      subject: 'Take the new image',
      body: 'Words.\nArgocd-reference-commit-sha: abcdef1\nArgocd-reference-commit-subject: Be quicker\n',
      dirty: [],
      prefix: '',
    },
    from: { commit: 'b'.repeat(40) },
  };
  const text = provenanceFiles(provenance).find(({ path }) => path === 'hydrator.metadata')?.text ?? '';
  assert.deepEqual(readMetadata(text), {
    commit,
    author: 'Ada Lovelace <ada@example.com>',
    date: '2026-01-01T00:00:00Z',
    subject: 'Take the new image',
    repoURL: 'https://git.example.com/shop.git',
    references: [
      { subject: 'Be quicker', sha: 'abcdef1' },
      { sha: 'b'.repeat(40), repoURL: 'https://git.example.com/shop.git' },
    ],
  });
});

test('what others wrote there is taken as far as it is text, and nothing of what names no commit', () => {
  const odd = {
    drySha: commit,
    author: 7,
    date: null,
    subject: ['a'],
    references: [{ commit: 'x' }, null, { commit: { sha: 'abc', date: {} } }],
  };
  assert.deepEqual(readMetadata(JSON.stringify(odd)), { commit, references: [{ sha: 'abc' }] });
  for (const text of ['', '[]', 'null', '{"drySha":"HEAD"}', '{"drySha":7}']) assert.equal(readMetadata(text), undefined, text);
});
