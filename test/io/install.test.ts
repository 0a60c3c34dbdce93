import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { install } from '../../src/io/install.ts';
import { variablesFor } from '../../src/io/installer-bounds.ts';
import { installerOf } from '../../src/io/packages.ts';
import { temporaryFolder } from '../support/repository.ts';

/** What a package manager was called with, saw and left behind. */
interface Seen {
  readonly args: string;
  readonly variables: readonly string[];
  /** The settings of Yarn that it saw. */
  readonly settings: string;
  readonly after: string;
}

/** Installs the packages of a tree by a package manager that notes what it is given. */
async function installIn(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const [top, bin] = [temporaryFolder(t), temporaryFolder(t)];
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  const noting = `#!/bin/sh\necho "$@" > ${bin}/args\nenv > ${bin}/env\ncat ${top}/.yarnrc.yml > ${bin}/settings 2>/dev/null\nexit 0\n`;
  for (const name of ['npm', 'pnpm', 'yarn', 'bun']) writeFileSync(join(bin, name), noting, { mode: 0o755 });
  const installer = installerOf({ top, prefix: 'deploy/' });
  assert.ok(installer !== undefined);
  await install(installer, { env: { ...variables, PATH: `${bin}:${process.env['PATH']}` }, signal: new AbortController().signal });
  const read = (path: string): string => readFileSync(path, 'utf8');
  const after = readdirSync(top).includes('.yarnrc.yml') ? read(join(top, '.yarnrc.yml')) : '';
  const names = read(join(bin, 'env'))
    .split('\n')
    .map((line) => line.split('=')[0] ?? '');
  return { args: read(join(bin, 'args')).trim(), variables: names, settings: read(join(bin, 'settings')), after };
}

const managers: readonly (readonly [lock: string, text: string, args: string])[] = [
  ['package-lock.json', '{}', 'ci --ignore-scripts --git=git --include=dev --no-audit --no-fund'],
  ['pnpm-lock.yaml', '', 'install --frozen-lockfile --ignore-scripts --ignore-pnpmfile --prod=false'],
  ['yarn.lock', '# yarn lockfile v1\n', 'install --frozen-lockfile --ignore-scripts --production=false'],
  ['yarn.lock', '__metadata:\n  version: 8\n', 'install --immutable --mode=skip-build'],
  ['bun.lock', '{}', 'install --frozen-lockfile --ignore-scripts'],
  ['bun.lockb', '\u0000', 'install --frozen-lockfile --ignore-scripts'],
];
for (const [lock, text, args] of managers) {
  test(`by ${lock} packages are installed with \`${args}\``, async (t) => {
    const seen = await installIn(t, { [lock]: text });
    assert.equal(seen.args, args);
    assert.ok(seen.variables.includes('YARN_IGNORE_PATH'));
  });
}

test('a package manager gets what it needs of the variables, and nothing else', async (t) => {
  const needed = {
    HOME: '/home/ada',
    https_proxy: 'http://proxy:1',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    npm_config_registry: 'https://npm.example.com',
    NPM_CONFIG_USERCONFIG: '/npmrc',
    NODE_AUTH_TOKEN: 'read-packages',
    YARN_NPM_AUTH_TOKEN: 'read-packages',
    PNPM_HOME: '/pnpm',
    TMPDIR: '/tmp',
    LC_CTYPE: 'C.UTF-8',
    SSH_AUTH_SOCK: '/agent',
  };
  const kept = {
    AWS_SECRET_ACCESS_KEY: 'x',
    GITHUB_TOKEN: 'x',
    KUBECONFIG: 'x',
    LOCKSTEP_GIT_TOKEN: 'x',
    NODE_OPTIONS: '--no-warnings',
    TERM: 'xterm',
    MY_NPM_CONFIG_X: 'x',
  };
  assert.deepEqual(variablesFor({ ...needed, ...kept }), { ...needed, YARN_IGNORE_PATH: '1', YARN_ENABLE_SCRIPTS: 'false' });
  const { variables } = await installIn(t, { 'package-lock.json': '{}' }, { ...needed, ...kept });
  assert.deepEqual(
    Object.keys(kept).filter((name) => variables.includes(name)),
    [],
  );
});

test('plugins of Yarn, a Yarn in the tree and constraints are not run, and the settings stay as they were', async (t) => {
  const settings =
    '# ours\nnodeLinker: node-modules\nyarnPath: .yarn/evil.cjs\nplugins:\n  - path: .yarn/plugins/evil.cjs\nenableConstraintsChecks: true\n';
  const files = { 'yarn.lock': '__metadata:\n', '.yarnrc.yml': settings };
  const seen = await installIn(t, files);
  assert.equal(seen.settings, '# ours\nnodeLinker: node-modules\n');
  assert.equal(seen.after, settings);
  // Settings stand above the lock, too.
  const { 'yarn.lock': lock, ...above } = files;
  assert.equal((await installIn(t, { ...above, 'deploy/yarn.lock': lock })).settings, '# ours\nnodeLinker: node-modules\n');
});

test('a package that Yarn would make by running code is refused before Yarn is run', async (t) => {
  const lock = '__metadata:\n\n"words@exec:./words.js":\n  version: 1.0.0\n';
  await assert.rejects(installIn(t, { 'yarn.lock': lock }), { code: 'packages-failed', message: /takes a package from `exec:/ });
});

test('Yarn reads the lock that was looked at, whatever its settings say', async (t) => {
  const seen = await installIn(t, {
    'yarn.lock': '__metadata:\n',
    '.yarnrc.yml': 'nodeLinker: node-modules\nlockfileFilename: other.lock\n',
  });
  assert.equal(seen.settings, 'nodeLinker: node-modules\n');
});

const scanners: readonly string[] = [
  '[install.security]\nscanner = "evil"\n',
  '[install]\nsecurity.scanner = "evil"\n',
  'install.security.scanner = "evil"\n',
  '[install]\nsecurity = { scanner = "evil" }\n',
  'install = { "security" = { "scanner" = "evil" } }\n',
  `[ install . "security" ]\n'scanner'="evil"\n`,
  '[install.security]\r"sc\\u0061nner" = "evil"\n',
  '[install.security]\n"s\\x63anner" = "evil"\n',
  '[install.security]\n"\\scanner" = "evil"\n',
  '[install]\na = { text = """\n#""", security = { scanner = "evil" } }\n',
];
for (const [i, text] of scanners.entries()) {
  test(`a scanner of Bun, which would be run, is refused in each form of TOML: ${i + 1}`, async (t) => {
    const refused = { code: 'packages-failed', message: /`bunfig\.toml` names a scanner, or may do so/ };
    await assert.rejects(installIn(t, { 'bun.lock': '{}', 'bunfig.toml': text }), refused);
    // Settings stand above the lock, too.
    await assert.rejects(installIn(t, { 'deploy/bun.lock': '{}', 'bunfig.toml': text }), refused);
    await installIn(t, { 'package-lock.json': '{}', 'bunfig.toml': text });
  });
}

test('other settings of Bun are taken as they are', async (t) => {
  const settings = '[install]\nregistry = { url = "https://npm.example.com", token = "$TOKEN" }\ncache.dir = "C:\\\\users\\\\x\\n"\n';
  assert.match((await installIn(t, { 'bun.lock': '{}', 'bunfig.toml': settings })).args, /^install/);
});
