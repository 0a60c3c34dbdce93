import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mayHoldCopies } from '../../src/io/local-copies.ts';

const npm = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'shop' }, ...packages } });
const yarn1 = (entry: string): string => `# yarn lockfile v1\n\n\n"@scope/zod@^4.0.0", zod@^4.1.0:\n  version "4.1.0"\n${entry}`;
const yarn = (entry: string): string => `__metadata:\n  version: 8\n\n${entry}`;
const bun = (entry: string): string => `{\n  "lockfileVersion": 1,\n  "packages": {\n    ${entry}\n  }\n}\n`;

/** Of each package manager: what it copies, or makes by files of the tree. */
const copies: readonly (readonly [what: string, lock: string, text: string])[] = [
  ['a folder that npm packs', 'package-lock.json', npm({ 'node_modules/words': { version: '1.0.0', resolved: 'file:../words' } })],
  ['a folder in a shrinkwrap', 'npm-shrinkwrap.json', npm({ 'node_modules/words': { version: '1.0.0', resolved: 'file:words' } })],
  [
    'a folder in the first lock of npm, which says no more',
    'package-lock.json',
    '{ "dependencies": { "a": { "version": "1.0.0", "dependencies": { "words": { "version": "file:words" } } } } }',
  ],
  ['`file:` of Yarn 1', 'yarn.lock', yarn1('"words@file:./words":\n  version "1.0.0"\n')],
  ['a path of Yarn 1', 'yarn.lock', yarn1('"words@^1.0.0", "words@../words":\n  version "1.0.0"\n')],
  [
    '`file:` of Yarn',
    'yarn.lock',
    yarn(
      '"words@file:./words::locator=shop%40workspace%3A.":\n  resolution: "words@file:./words#./words::hash=1a2b3c&locator=shop%40workspace%3A."\n',
    ),
  ],
  ['a patch of such a folder', 'yarn.lock', yarn('"words@patch:words@file%3A./words#~/a.patch":\n  version: 1.0.0\n')],
  ['`exec:` of Yarn', 'yarn.lock', yarn('"words@exec:./words.js::locator=shop%40workspace%3A.":\n  version: 1.0.0\n')],
  [
    '`file:` of pnpm, and members that it injects',
    'pnpm-lock.yaml',
    `packages:\n\n  words@file:words:\n    resolution: {directory: words, type: directory}\n`,
  ],
  ['`file:` of Bun', 'bun.lock', bun('"words": ["words@file:words", {}],')],
  ['a path of Bun', 'bun.lock', '{ "workspaces": { "": { "dependencies": { "words": "../words" } } } }'],
  ['a patch of Bun, whose hash is in no lock', 'bun.lock', '{ "patchedDependencies": { "zod@4.1.0": "patches/zod.patch" } }'],
  ['anything in the lock of Bun that is no text', 'bun.lockb', '#!/usr/bin/env bun'],
];

/** What is linked, or of which the lock notes the hash. */
const others: readonly (readonly [what: string, lock: string, text: string])[] = [
  [
    'folders that npm links, and members of a workspace',
    'package-lock.json',
    npm({ words: { version: '1.0.0' }, 'node_modules/words': { resolved: 'words', link: true } }),
  ],
  [
    'an archive of npm',
    'package-lock.json',
    npm({ 'node_modules/words': { version: '1.0.0', resolved: 'file:words.tgz', integrity: 'sha512-YQ==' } }),
  ],
  [
    'an archive in the first lock of npm',
    'package-lock.json',
    '{ "dependencies": { "words": { "version": "file:words.tgz", "integrity": "sha512-YQ==" } } }',
  ],
  [
    'packages of a registry alone',
    'package-lock.json',
    npm({ 'node_modules/zod': { resolved: 'https://registry.npmjs.org/zod/-/zod-4.1.0.tgz' } }),
  ],
  ['`link:` of Yarn 1', 'yarn.lock', yarn1('"words@link:./words":\n  version "0.0.0"\n  uid ""\n')],
  [
    'an archive of Yarn 1, and a registry with a scope in its paths',
    'yarn.lock',
    yarn1(
      '"words@file:./words.tgz":\n  version "1.0.0"\n  resolved "file:./words.tgz#1a2b"\n\n"@a/b@1":\n  resolved "https://r.example.com/@a/b/-/b-1.tgz#1a"\n',
    ),
  ],
  [
    '`portal:`, `link:`, members and patches of Yarn',
    'yarn.lock',
    yarn(
      [
        '"a@portal:./a::locator=shop%40workspace%3A."',
        '"b@link:./b::locator=shop%40workspace%3A."',
        '"c@workspace:packages/c"',
        '"typescript@patch:typescript@npm%3A^5#optional!builtin<compat/typescript>"',
        '"d@patch:d@npm%3A1.0.0#~/.yarn/patches/d.patch::version=1.0.0&hash=1a2b3c"',
      ]
        .map((name) => `${name}:\n  resolution: ${name}\n`)
        .join('\n'),
    ),
  ],
  [
    'an archive of Yarn',
    'yarn.lock',
    yarn('"a@file:./a.tar.gz::locator=x":\n  resolution: "a@file:./a.tar.gz#./a.tar.gz::hash=1a&locator=x"\n'),
  ],
  [
    '`link:` and archives of pnpm',
    'pnpm-lock.yaml',
    'importers:\n  .:\n    dependencies:\n      a: {specifier: "link:a", version: "link:a"}\npackages:\n  b@file:b.tgz:\n    resolution: {integrity: sha512-YQ==, tarball: file:b.tgz}\n',
  ],
  ['members and archives of Bun', 'bun.lock', bun('"a": ["a@workspace:packages/a"],\n    "b": ["b@./b.tgz", {}, "sha512-YQ=="],')],
];

describe('of packages that a lock names, the following', () => {
  for (const [what, lock, text] of copies)
    test(`may be no copy of another day: ${what}`, () => assert.equal(mayHoldCopies(lock, text), true));
  for (const [what, lock, text] of others) test(`are the same on each day: ${what}`, () => assert.equal(mayHoldCopies(lock, text), false));
});
