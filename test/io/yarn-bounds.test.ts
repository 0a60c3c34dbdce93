import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Installer } from '../../src/io/packages.ts';
import { refuseMadePackages } from '../../src/io/yarn-bounds.ts';
import { temporaryFolder } from '../support/repository.ts';

/** How packages would be installed in a tree whose project is the folder `deploy`. */
function installerIn(t: TestContext, files: Readonly<Record<string, string>>, command = 'yarn'): Installer {
  const top = temporaryFolder(t);
  const folder = join(top, 'deploy');
  for (const [path, text] of Object.entries({ 'deploy/package.json': '{}', ...files })) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return { command, args: ['install'], folder, folders: [folder, top] };
}

const first = (entries: string): string => `# yarn lockfile v1\n\n\n"@shop/zod@^4.0.0", zod@^4.1.0:\n  version "4.1.0"\n${entries}`;
const newer = (entries: string): string => `__metadata:\n  version: 8\n\n${entries}`;
const manifest = (wanted: object): string => JSON.stringify({ dependencies: { zod: '^4.0.0', ...wanted } });

/** What Yarn would run code for, and what of it is told. */
const made: readonly (readonly [what: string, files: Readonly<Record<string, string>>, told: string])[] = [
  ...[
    'git+https://ada:secret@example.com/words.git#abc',
    'git://example.com/words.git',
    'git@example.com:words.git',
    'ssh://git@example.com/words.git',
    'https://example.com/words.git',
    'https://github.com/shop/words',
    'https://github.com/shop/words.tgz',
    'https://github.com/shop/words/tarball/main.tgz',
    'github:shop/words',
    'gitlab:shop/words',
    'shop/words#main',
  ].flatMap((from) => [
    [`Yarn 1, ${from}`, { 'deploy/yarn.lock': first(`"words@${from}":\n  version "1.0.0"\n`) }, 'deploy'] as const,
    [`Yarn, ${from}`, { 'deploy/yarn.lock': newer(`"words@${from}":\n  resolution: "words@npm:1.0.0"\n`) }, 'deploy'] as const,
  ]),
  [
    'a name in the lock of Yarn 1 that is in no quotes',
    { 'deploy/yarn.lock': first('words@shop/words:\n  version "1.0.0"\n') },
    '`yarn.lock` takes a package from `shop/words`',
  ],
  [
    'escapes in the lock of Yarn 1',
    { 'deploy/yarn.lock': first('a@1, "words@\\u0067it:x":\n  version "1.0.0"\n') },
    '`yarn.lock` takes a package from `git:x`',
  ],
  [
    'where Yarn 1 found it',
    { 'deploy/yarn.lock': first('words@^1.0.0:\n  resolved "git+ssh://git@example.com/words.git#abc"\n') },
    '`yarn.lock` takes a package from `git+ssh://example.com/words.git`',
  ],
  [
    'what a package of Yarn 1 wants',
    { 'deploy/yarn.lock': first('a@1:\n  dependencies:\n    words "github:shop/words"\n') },
    '`yarn.lock` takes a package from `github:shop/words`',
  ],
  [
    '`exec:`',
    { 'deploy/yarn.lock': newer('"words@exec:./words.js::locator=x":\n  version: 1.0.0\n') },
    '`yarn.lock` takes a package from `exec:./words.js::locator=x`',
  ],
  [
    'what Yarn found',
    { 'deploy/yarn.lock': newer('"words@npm:1":\n  resolution: "words@https://example.com/words.git#commit=abc"\n') },
    '`yarn.lock` takes a package from `https://example.com/words.git`',
  ],
  [
    'what a package wants that is in the lock',
    { 'deploy/yarn.lock': newer('"a@npm:1":\n  dependencies:\n    words: "exec:./words.js"\n') },
    '`yarn.lock` takes a package from `exec:./words.js`',
  ],
  [
    'a patch of what git has',
    { 'deploy/yarn.lock': newer('"a@npm:1, words@patch:words@git%40example.com%3Awords.git#~/a.patch":\n  version: 1.0.0\n') },
    '`yarn.lock` takes a package from `git%40example.com%3Awords.git`',
  ],
  [
    'YAML in another form',
    { 'deploy/yarn.lock': '{ "__metadata": { version: 8 }, ? "words@ex\\u0065c:./words.js" : { version: 1.0.0 } }' },
    '`yarn.lock` takes a package from `exec:./words.js`',
  ],
  ['a lock that is no YAML', { 'deploy/yarn.lock': '__metadata: [' }, '`yarn.lock` cannot be read'],
  [
    'what is wanted and the lock lacks',
    { 'deploy/yarn.lock': newer(''), 'deploy/package.json': manifest({ words: 'exec:./words.js' }) },
    '`package.json` takes a package from `exec:./words.js`',
  ],
  [
    'what a member wants',
    { 'deploy/yarn.lock': newer(''), 'deploy/packages/a/package.json': manifest({ words: 'shop/words' }) },
    '`packages/a/package.json` takes a package from `shop/words`',
  ],
  [
    'what stands in for another one',
    { 'deploy/yarn.lock': first(''), 'deploy/package.json': '{ "resolutions": { "a/zod": "git://example.com/zod" } }' },
    '`package.json` takes a package from `git://example.com/zod`',
  ],
  [
    'what settings add to packages',
    { 'deploy/yarn.lock': newer(''), '.yarnrc.yml': 'packageExtensions: { "zod@*": { dependencies: { words: "exec:./words.js" } } }\n' },
    '`../.yarnrc.yml` takes a package from `exec:./words.js`',
  ],
  [
    'what a catalog names',
    { 'deploy/yarn.lock': newer(''), 'deploy/.yarnrc.yml': 'catalogs: { old: { words: "exec:./words.js" } }\n' },
    '`.yarnrc.yml` takes a package from `exec:./words.js`',
  ],
];

describe('a package that Yarn would make by running code is refused:', () => {
  for (const [what, files, told] of made) {
    test(what, (t) => {
      const isMeant = (thrown: unknown): boolean => {
        const { code, message } = thrown as { code: string; message: string };
        assert.equal(code, 'packages-failed');
        assert.ok(message.includes(told === 'deploy' ? '`yarn.lock` takes a package from `' : told), message);
        assert.ok(!message.includes('secret'), message);
        return true;
      };
      assert.throws(() => refuseMadePackages(installerIn(t, files)), isMeant);
      // npm runs nothing for those, since it is told so.
      refuseMadePackages(installerIn(t, files, 'npm'));
    });
  }
});

describe('what Yarn takes as it is stays what is installed:', () => {
  const taken = [
    'npm:^4.0.0',
    'npm:@shop/words@1.0.0',
    'npm:4.1.0::__archiveUrl=https%3A%2F%2Fnpm.example.com%2Fwords.tgz',
    '>= 1.0.0 < 2 || 3.x',
    'latest',
    'workspace:packages/words',
    'file:./words',
    'link:../words',
    'portal:../words',
    './words.tgz',
    'https://example.com/words.tgz#1a2b',
    'https://github.com/shop/words/archive/refs/tags/v1.tar.gz',
    'https://github.com/shop/words/releases/download/v1/words.tgz',
    'patch:words@npm%3A1.0.0#~/.yarn/patches/words.patch::version=1.0.0&hash=1a2b3c',
    'patch:words@patch%3Awords@npm%253A1.0.0%23~/.yarn/a.patch#~/.yarn/b.patch',
  ];
  for (const from of taken) {
    test(from, (t) => {
      const wanted = manifest({ words: from });
      const entry = `"@shop/words@${from}", "words@${from}":\n  version "1.0.0"\n  resolved "https://npm.pkg.github.com/download/words/1/a"\n`;
      refuseMadePackages(installerIn(t, { 'deploy/yarn.lock': first(entry), 'deploy/package.json': wanted }));
      const found = `"@shop/words@npm:1, words@${from}":\n  version: 1.0.0\n  resolution: "words@${from}"\n  dependencies:\n    a: "${from}"\n`;
      refuseMadePackages(installerIn(t, { 'deploy/yarn.lock': newer(found), 'deploy/package.json': wanted, '.yarnrc.yml': '# none\n' }));
    });
  }

  test('manifests of packages that are installed, and those that are none, are not looked at', (t) => {
    refuseMadePackages(
      installerIn(t, {
        'deploy/yarn.lock': newer(''),
        'deploy/node_modules/a/package.json': manifest({ words: 'shop/words' }),
        'deploy/templates/package.json': '{ "dependencies": {{ words }} }',
        'deploy/other/package.json': '{ "repository": "shop/words", "peerDependencies": { "words": "*" } }',
      }),
    );
  });
});
