import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branchesOf } from '../../src/model/rendered.ts';
import type { SourceState } from '../../src/ports.ts';
import { commitMessage, type Provenance, provenanceFiles, readDrySha, readMaking } from '../../src/publish/provenance.ts';

const source: SourceState = {
  commit: '0123456789abcdef0123456789abcdef01234567',
  dirty: [],
  prefix: '',
  author: { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' },
  committer: { name: 'Grace Hopper', email: 'grace@example.com', date: '1767229200 +0000' },
  subject: 'Scale the web to <3> & more',
  body: 'Two were "too" few.',
};

function given(more: Partial<SourceState> = {}, rest: Partial<Provenance> = {}): Provenance {
  return { environment: 'prod', branches: branchesOf('prod'), source: { ...source, ...more }, version: '1.2.3', ...rest };
}

function fileOf(provenance: Provenance, path: string): string {
  return provenanceFiles(provenance).find((file) => file.path === path)?.text ?? '';
}

test('the metadata is what Argo CD writes: its fields in order, no HTML escapes, a newline at the end', () => {
  assert.equal(
    fileOf(given({}, { repoURL: 'https://git.example.com/shop' }), 'hydrator.metadata'),
    `{
  "repoURL": "https://git.example.com/shop",
  "drySha": "0123456789abcdef0123456789abcdef01234567",
  "commands": [
    "npm ci",
    "npx lockstep synth prod"
  ],
  "author": "Ada Lovelace <ada@example.com>",
  "date": "2026-01-01T00:00:00Z",
  "subject": "Scale the web to <3> & more",
  "body": "Two were \\"too\\" few."
}
`,
  );
});

test('the metadata leaves out what is empty, and escapes the line ends that Go escapes', () => {
  const text = fileOf(given({ subject: 'a\u2028b\u2029c', body: '' }), 'hydrator.metadata');
  assert.deepEqual(Object.keys(JSON.parse(text)), ['drySha', 'commands', 'author', 'date', 'subject']);
  assert.ok(text.includes('"a\\u2028b\\u2029c"'));
});

test('the metadata names the commit that the source commit refers to, in order, and the body does not', () => {
  const body = 'Bump.\n\nArgocd-reference-commit-repourl: https://git.example.com/cart\nArgocd-reference-commit-sha: 0123abc';
  const text = fileOf(given({ body }), 'hydrator.metadata');
  assert.ok(
    text.endsWith(`  "body": "Bump.",
  "references": [
    {
      "commit": {
        "sha": "0123abc",
        "repoURL": "https://git.example.com/cart"
      }
    }
  ]
}
`),
  );
});

test('a commit that the lock names is a reference of the one that has the lock, and told in the message and the README', () => {
  const { dirty: _, prefix: __, ...commit } = source;
  const from = { ...commit, commit: 'f'.repeat(40), subject: 'Sell tea' };
  const provenance = given({ subject: 'Promote prod', body: '' }, { repoURL: 'https://git.example.com/shop', from });
  const { drySha, commands, references } = JSON.parse(fileOf(provenance, 'hydrator.metadata'));
  assert.equal(drySha, source.commit);
  assert.deepEqual(commands, ['npm ci', 'npx lockstep fetch prod', 'npx lockstep synth prod']);
  assert.deepEqual(references, [
    {
      commit: {
        author: 'Ada Lovelace <ada@example.com>',
        date: '2026-01-01T00:00:00Z',
        subject: 'Sell tea',
        sha: from.commit,
        repoURL: 'https://git.example.com/shop',
      },
    },
  ]);
  assert.match(commitMessage(provenance), new RegExp(`^0123456: Promote prod\n[^]*\nRendered-source: ${from.commit}\n`));
  assert.match(
    fileOf(provenance, 'README.md'),
    new RegExp(`all but the lock is of commit \`${from.commit}\`, by \`lockstep/1.2.3\`\\. To\nmake it again`),
  );
  // Of a commit that is not here nothing but its id is known.
  const bare = JSON.parse(fileOf(given({}, { from: { commit: from.commit } }), 'hydrator.metadata'));
  assert.deepEqual(bare.references, [{ commit: { sha: from.commit } }]);
});

test('the metadata can be read back, and other texts name no source commit', () => {
  assert.equal(readDrySha(fileOf(given(), 'hydrator.metadata')), source.commit);
  for (const text of ['', 'null', '[]', '{"drySha":"HEAD"}', '{"drySha":1}', '{']) assert.equal(readDrySha(text), undefined);
});

test('the attributes are those of Argo CD, byte by byte', () => {
  assert.equal(fileOf(given(), '.gitattributes'), '**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true');
});

test('the README tells where the branch comes from, how to review it and how to roll back', () => {
  const text = fileOf(given({}, { repoURL: 'https://git.example.com/shop' }), 'README.md');
  for (const words of [
    '# prod\n',
    'commit `0123456789abcdef0123456789abcdef01234567` of <https://git.example.com/shop>',
    'git clone https://git.example.com/shop source\ncd source\ngit checkout 0123456789abcdef0123456789abcdef01234567\n',
    'npx lockstep diff --from environments/prod --to environments/prod-next',
    'npx lockstep rollback prod',
  ]) {
    assert.ok(text.includes(words), words);
  }
  assert.ok(!text.includes('not committed'));
  assert.ok(fileOf(given({ dirty: ['a.ts'] }), 'README.md').includes('not committed'));
});

test('the message is the source message behind its id, with trailers for the rendering and the authors', () => {
  const body = 'Two were too few.\n\nArgocd-reference-commit-author: Lin <lin@example.com>\nSigned-off-by: Ada <ada@example.com>';
  assert.equal(
    commitMessage(given({ body, dirty: ['a.ts'] })),
    `0123456: Scale the web to <3> & more

Two were too few.

Signed-off-by: Ada <ada@example.com>

Co-authored-by: Lin <lin@example.com>
Co-authored-by: Ada Lovelace <ada@example.com>
Rendered-by: lockstep/1.2.3
Rendered-environment: prod
Rendered-dirty: true
`,
  );
});

test('the message of a source commit without words has its id and the trailers', () => {
  assert.equal(
    commitMessage(given({ subject: '', body: '' })),
    '0123456:\n\nCo-authored-by: Ada Lovelace <ada@example.com>\nRendered-by: lockstep/1.2.3\nRendered-environment: prod\n',
  );
});

test('a URL with credentials never gets into a rendered branch', () => {
  assert.throws(
    () => provenanceFiles(given({}, { repoURL: 'https://me:s3cret@git.example.com/shop' })),
    (thrown: Error & { code: string }) => {
      assert.equal(thrown.code, 'source-url-credentials');
      assert.ok(!thrown.message.includes('s3cret'));
      return true;
    },
  );
  assert.ok(fileOf(given({}, { repoURL: 'git@git.example.com:shop.git' }), 'hydrator.metadata').includes('git@git.example.com:shop.git'));
});

test('the README says for whoever reads the tree alone by which version it was made, and whether all of it was committed', () => {
  assert.deepEqual(readMaking(fileOf(given(), 'README.md')), { version: '1.2.3', isDirty: false });
  const from = { commit: 'f'.repeat(40) };
  const dirty = fileOf(given({ dirty: ['a.ts'] }, { from, repoURL: 'https://git.example.com/shop' }), 'README.md');
  assert.deepEqual(readMaking(dirty), { version: '1.2.3', isDirty: true });
  assert.deepEqual(readMaking('# prod\n'), { version: undefined, isDirty: false });
});

test('the message says what the tree was judged and pinned by, each in a line', () => {
  const judged = {
    lock: { path: 'infra/environments/prod.lock.yaml', sha256: 'ab'.repeat(32) },
    policies: ['restricted', 'team'],
    exceptions: ['`restricted` leaves out `Pod shop/old` until 2026-03-01, 1 finding: it\nis being replaced'],
  };
  assert.ok(
    commitMessage(given({}, { judged })).endsWith(`
Rendered-environment: prod
Rendered-lock: infra/environments/prod.lock.yaml sha256:${'ab'.repeat(32)}
Rendered-policies: restricted, team
Rendered-exception: \`restricted\` leaves out \`Pod shop/old\` until 2026-03-01, 1 finding: it is being replaced
`),
  );
  assert.equal(commitMessage(given({}, { judged: { lock: undefined, policies: [], exceptions: [] } })), commitMessage(given()));
});
