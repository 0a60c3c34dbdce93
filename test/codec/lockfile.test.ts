import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLockfile, rewriteLockfile, writeLockfile } from '../../src/codec/lockfile.ts';

const path = 'environments/prod.lock.yaml';
const digest = `sha256:${'0a'.repeat(32)}`;
const other = `sha256:${'f'.repeat(64)}`;

test('is written with its images sorted', () => {
  const lock = { images: { 'nginx:1.27': { digest }, 'localhost:5000/a/b:v1': { digest: other } } };
  const text = `# What the environment is rendered with, beside its code. Written by \`lockstep\`; commit it.
images:
  localhost:5000/a/b:v1:
    digest: ${other}
  nginx:1.27:
    digest: ${digest}
`;
  assert.equal(writeLockfile(lock), text);
  assert.deepEqual(readLockfile(text, path), { value: lock, diagnostics: [] });
});

test('what is noted of an image is written and read, and nothing depends on it', () => {
  const pin = { digest, platforms: ['linux/amd64', 'linux/arm64/v8'], pinned: '2026-11-28T12:00:00Z' };
  const text = writeLockfile({ images: { 'nginx:1.27': pin } });
  assert.match(text, /\n {4}platforms:\n {4}- linux\/amd64\n/);
  assert.deepEqual(readLockfile(text, path), { value: { images: { 'nginx:1.27': pin } }, diagnostics: [] });
  const odd = `images:\n  nginx:1.27:\n    digest: ${digest}\n    platforms: 7\n    pinned: [1]\n`;
  assert.deepEqual(readLockfile(odd, path), { value: { images: { 'nginx:1.27': { digest } } }, diagnostics: [] });
});

test('without images it is written and read', () => {
  assert.equal(
    writeLockfile({ images: {} }),
    '# What the environment is rendered with, beside its code. Written by `lockstep`; commit it.\nimages: {}\n',
  );
  for (const text of ['', '# nothing\n', 'images:\n', 'images: {}\n'])
    assert.deepEqual(readLockfile(text, path), { value: { images: {} }, diagnostics: [] });
});

const wrong: readonly (readonly [string, string, { code: string; line: number; column: number; message: string; help: string }])[] = [
  [
    'a text that is not YAML',
    'images:\n  a: [\n',
    {
      code: 'lockfile-not-yaml',
      line: 3,
      column: 1,
      message: 'the lockfile is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
  [
    'a key twice',
    `images:\n  a:1: {digest: "${digest}"}\nimages: {}\n`,
    {
      code: 'lockfile-not-yaml',
      line: 3,
      column: 1,
      message: 'the lockfile is not YAML: map keys must be unique',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
  [
    'two documents',
    'images: {}\n---\nimages: {}\n',
    {
      code: 'lockfile-not-yaml',
      line: 2,
      column: 1,
      message: 'the lockfile is more than one document: another one begins here',
      help: 'leave one of them, without `---`',
    },
  ],
  [
    'a list',
    '- a\n',
    {
      code: 'lockfile-wrong-type',
      line: 1,
      column: 1,
      message: 'the lockfile must be an object',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
  [
    'a misspelt key',
    'image: {}\n',
    { code: 'lockfile-unknown-key', line: 1, column: 1, message: 'unknown key `image`', help: 'did you mean `images`?' },
  ],
  [
    'an unknown key',
    'version: 1\n',
    {
      code: 'lockfile-unknown-key',
      line: 1,
      column: 1,
      message: 'unknown key `version`',
      help: 'known here: `source`, `tools`, `charts`, `images`',
    },
  ],
  [
    'a misspelt digest',
    `images:\n  a:1:\n    digset: ${digest}\n`,
    { code: 'lockfile-unknown-key', line: 3, column: 5, message: 'unknown key `digset`', help: 'did you mean `digest`?' },
  ],
  [
    'an image without a tag',
    `images:\n  localhost:5000/nginx:\n    digest: ${digest}\n`,
    {
      code: 'lockfile-image-without-tag',
      line: 2,
      column: 3,
      message: 'image `localhost:5000/nginx` does not end with a tag',
      help: 'write the image as the chart does, with its tag: `nginx:1.27`',
    },
  ],
  [
    'an image with a digest',
    `images:\n  nginx:1@${digest}:\n    digest: ${digest}\n`,
    {
      code: 'lockfile-image-without-tag',
      line: 2,
      column: 3,
      message: `image \`nginx:1@${digest}\` does not end with a tag`,
      help: 'write the image as the chart does, with its tag: `nginx:1.27`',
    },
  ],
  [
    'an image without a pin',
    'images:\n  nginx:1:\n',
    {
      code: 'lockfile-no-digest',
      line: 2,
      column: 3,
      message: 'image `nginx:1` has no digest',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
  [
    'a digest in place of a pin',
    `images:\n  nginx:1: ${digest}\n`,
    {
      code: 'lockfile-wrong-type',
      line: 2,
      column: 12,
      message: '`nginx:1` must be an object',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
  [
    'a digest that is too short',
    'images:\n  nginx:1:\n    digest: sha256:0a\n',
    {
      code: 'lockfile-bad-digest',
      line: 3,
      column: 5,
      message: 'the digest of `nginx:1` is `sha256:0a`, not `sha256:` and 64 hexadecimal digits in lower case',
      help: 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`',
    },
  ],
];

const commit = '3f1c9f0e5a1b6a0c9d8e7f60514233445566778a';

test('a source stands first, and a tag beside the digest that it has', () => {
  const lock = { source: commit, images: { 'nginx:1.27': { digest, tag: '1.28' } } };
  const text = writeLockfile(lock);
  assert.equal(
    text.split('\n').slice(1).join('\n'),
    `source: "${commit}"\nimages:\n  nginx:1.27:\n    digest: ${digest}\n    tag: "1.28"\n`,
  );
  assert.deepEqual(readLockfile(text, path), { value: lock, diagnostics: [] });
});

test('comments stay where a source comes in, and where it goes', () => {
  const text = `# Ours.\nimages:\n  # Not before May.\n  nginx:1.27:\n    digest: ${digest}\n`;
  const lock = readLockfile(text, path).value;
  const withSource = rewriteLockfile(text, { ...lock, source: commit });
  assert.deepEqual(readLockfile(withSource, path), { value: { ...lock, source: commit }, diagnostics: [] });
  assert.match(withSource, /^# Ours\.\nsource: [\s\S]*\nimages:\n {2}# Not before May\.\n/);
  assert.equal(rewriteLockfile(withSource, lock), text);
  assert.deepEqual(readLockfile(rewriteLockfile('# nothing yet\n', { ...lock, source: commit }), path).value, { ...lock, source: commit });
});

test('comments stay beside pins that are replaced, also by those of other tags', () => {
  const text = `# Ours.
images:
  # Not before May.
  nginx:1.27:
    # confirmed by hand
    digest: ${digest} # see the ticket
    pinned: 2026-11-28T12:00:00Z
  redis:7.4:
    digest: ${digest}
`;
  const anew = rewriteLockfile(text, { images: { 'nginx:1.27': { digest: other }, 'redis:7.4': { digest } } });
  assert.equal(anew, text.replace(digest, other).replace(/ {4}pinned: .*\n/, ''));
  const later = rewriteLockfile(text, { images: { 'nginx:1.29': { digest: other, tag: '1.30' }, 'redis:7.4': { digest } } });
  assert.match(
    later,
    /^# Ours\.\nimages:\n {2}# Not before May\.\n {2}nginx:1\.29:\n {4}# confirmed by hand\n {4}digest: .* # see the ticket\n/,
  );
  assert.deepEqual(readLockfile(later, path).value.images['nginx:1.29'], { digest: other, tag: '1.30' });
});

test('pins that one anchor stands for are changed one by one', () => {
  const text = `# Ours.\nimages:\n  a:1: &one\n    digest: ${digest}\n  b:1: *one\n`;
  const lock = { images: { 'a:1': { digest: other }, 'b:1': { digest } } };
  assert.deepEqual(readLockfile(rewriteLockfile(text, lock), path), { value: lock, diagnostics: [] });
});

for (const [name, text, { code, line, column, message, help }] of wrong) {
  test(`reports ${name}`, () => {
    const at = { file: path, line, column };
    assert.deepEqual(readLockfile(text, path), { value: { images: {} }, diagnostics: [{ code, severity: 'error', message, at, help }] });
  });
}

test('what is no object is told with what to do about its part of the lock', () => {
  const told = (text: string) => readLockfile(text, path).diagnostics.map(({ code, message, help }) => [code, message, help]);
  const anew = 'remove it, and let `lockstep pin` write it anew';
  for (const section of ['tools', 'charts'])
    assert.deepEqual(told(`${section}: 3\n`), [['lockfile-wrong-type', `\`${section}\` must be an object`, anew]]);
  assert.deepEqual(told(`images:\n  a:1: &one {digest: "${digest}"}\n  b:1: *one\n`), [
    ['lockfile-wrong-type', '`b:1` is the alias `*one`, and aliases are not taken here', 'write out what it stands for'],
  ]);
  assert.match(told(`images:\n  a:1: {digest: &d "${digest}"}\n  b:1: {digest: *d}\n`).join(), /the digest of `b:1` is `\*d`, not/);
});

test('reports everything that is wrong, and keeps the pins that are right', () => {
  const { value, diagnostics } = readLockfile(
    `imagse: {}\nsource: main\nimages:\n  a:1: {digest: "${digest}"}\n  b: {digest: "${digest}"}\n  c:1: {digest: 1}\n  d:1: {digest: "${digest}", tag: 1/27}\n`,
    path,
  );
  assert.deepEqual(value, { images: { 'a:1': { digest } } });
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at.line]),
    [
      ['lockfile-unknown-key', 1],
      ['lockfile-bad-source', 2],
      ['lockfile-image-without-tag', 5],
      ['lockfile-bad-digest', 6],
      ['lockfile-bad-tag', 7],
    ],
  );
});

test('programs and charts are written before images, and read', () => {
  const hex = 'ab'.repeat(32);
  const lock = {
    tools: { helm: { version: 'v3.22.0', sha256: { 'linux-amd64': hex } } },
    charts: { 'oci://registry.test:5000/charts/web:1.2.3+a': { sha256: hex } },
    images: { 'nginx:1.27': { digest } },
  };
  const text = writeLockfile(lock);
  assert.match(text, new RegExp(`\\ntools:\\n {2}helm:\\n {4}sha256:\\n {6}linux-amd64: ${hex}\\n {4}version: v3.22.0\\ncharts:\\n`));
  assert.deepEqual(readLockfile(text, path), { value: lock, diagnostics: [] });
  const commented = text.replace('  helm:', '  # agreed on\n  helm:');
  assert.match(rewriteLockfile(commented, { ...lock, charts: {} }), /# agreed on\n {2}helm:/);
});

const halves: readonly (readonly [string, string])[] = [
  ['tools:\n  helm: {version: v3}\n', '`helm` has no version, or no `sha256` of any platform'],
  ['tools:\n  helm: {sha256: {linux-amd64: "0"}}\n', '`helm` has `0` as `sha256` of `linux-amd64`'],
  ['charts:\n  web: {}\n', 'the chart `web` has no `sha256`'],
  ['charts:\n  web: {sha256: 7}\n', 'the chart `web` has `7` as `sha256`'],
];

for (const [text, message] of halves) {
  test(`what is not whole is told: ${message}`, () => {
    const { value, diagnostics } = readLockfile(text, path);
    assert.deepEqual(
      diagnostics.map((one) => [one.code, one.message]),
      [['lockfile-bad-sha256', message]],
    );
    assert.deepEqual(
      Object.values(value).map((section) => Object.keys(section)),
      [[], []],
    );
  });
}
