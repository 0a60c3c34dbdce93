import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { synthesize } from '../../src/commands/synth.ts';
import { runCommand } from '../support/command.ts';
import { makeProject, openProject } from '../support/project.ts';

const all = { environments: [], out: 'dist', cache: true };

/** A project of one environment, whose chart does `act`, and whose module begins with `top`. */
const project = ({ act = '', top = '' }: { readonly act?: string; readonly top?: string }) => ({
  'environments/dev.ts': `import { execSync } from 'node:child_process'; import { createSocket } from 'node:dgram'; import { Resolver } from 'node:dns'; import { resolveTxt } from 'node:dns/promises';
import { homedir, hostname, platform, tmpdir, userInfo } from 'node:os';
import { get } from 'node:http';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { defineChart, defineEnvironment, input } from 'lockstep';
import { App, Include } from 'cdk8s'; import { k8s } from 'cdk8s-plus-28';
import { z } from 'zod';
void [homedir, platform, tmpdir, userInfo, createSocket, Resolver, resolveTxt, execSync, hostname, get, randomUUID, readFileSync, writeFileSync, input, z, App, Include];
${top}
const app = defineChart({
  build(chart) {
    ${act}
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
  },
});
export default defineEnvironment({ name: 'dev', cluster: 'dev', kubernetes: '1.35', charts: { app } });
`,
});

/** What is asked for, and what is told of it where a chart does so (line 13) and where a module does (line 10). */
const asked: readonly (readonly [act: string, code: string, message: RegExp])[] = [
  ['void process.env["REGION"];', 'variable-undeclared', /^the variable `REGION` is read, and no `input` declares it$/],
  ['void { ...process.env };', 'variable-undeclared', /^all variables of the process are read/],
  ['void Object.entries(process.env);', 'variable-undeclared', /^all variables of the process are read/],
  ['void new Date();', 'not-reproducible', /^what is rendered may depend on the clock: /],
  ['void Math.random();', 'not-reproducible', /on Math\.random: /],
  ['void randomUUID();', 'not-reproducible', /on crypto\.randomUUID: /],
  ['void hostname();', 'not-reproducible', /on os\.hostname: /],
  ['void userInfo();', 'not-reproducible', /on os\.userInfo: /],
  ['void tmpdir();', 'not-reproducible', /on os\.tmpdir: /],
  ['void homedir();', 'not-reproducible', /on os\.homedir: /],
  ['void platform();', 'not-reproducible', /on os\.platform: /],
  ['void process.cwd();', 'not-reproducible', /on the folder of the process: /],
  ['void process.pid;', 'not-reproducible', /on the id of the process: /],
  ['void process.execPath;', 'not-reproducible', /on the program of the process: /],
  ['void process.argv[1];', 'not-reproducible', /on the arguments of the process: /],
  ['void readFileSync("/etc/passwd");', 'not-reproducible', /on \/etc\/passwd: /],
  ['writeFileSync("/dev/null", "");', 'not-reproducible', /on fs\.writeFileSync: /],
];

for (const [act, code, message] of asked) {
  test(`it is told with its place that the result depends on something: ${act}`, async (t) => {
    for (const [line, files] of [
      [13, project({ act })],
      [10, project({ top: act })],
    ] as const) {
      const { diagnostics } = await synthesize(makeProject(t, files).world, all);
      assert.deepEqual(
        diagnostics.map((one) => [one.code, one.at.file, one.at.line]),
        [[code, 'environments/dev.ts', line]],
      );
      assert.match(diagnostics[0]?.message ?? '', message);
    }
  });
}

/** A member of a workspace, beside the project: what its module does as it is loaded, and what its function does. */
const members: readonly (readonly [top: string, act: string, code: string, file: string, line: number])[] = [
  ['void process.env["REGION"];', '', 'variable-undeclared', '../words/words.ts', 1],
  ['void new Date();', '', 'not-reproducible', '../words/words.ts', 1],
  ['', 'void process.env["REGION"];', 'variable-undeclared', 'environments/dev.ts', 13],
];

for (const [top, act, code, file, line] of members) {
  test(`the code of a member of the workspace is the project's own, wherever it is: ${top}${act}`, async (t) => {
    const own = Object.entries(project({ top: `import { word } from 'words';`, act: 'word();' }));
    const { folder } = makeProject(t, {
      'package.json': '{ "name": "root", "workspaces": ["deploy", "words"] }\n',
      'words/package.json': '{ "name": "words", "type": "module", "exports": "./words.ts" }\n',
      'words/words.ts': `${top}\nexport function word(): void {\n  ${act}\n}\n`,
      'deploy/package.json': '{ "name": "deploy", "type": "module" }\n',
      ...Object.fromEntries(own.map(([path, text]) => [`deploy/${path}`, text])),
    });
    symlinkSync('../words', join(folder, 'node_modules/words'));
    const found = async () => (await synthesize(openProject(join(folder, 'deploy')), { ...all, cache: false })).diagnostics;
    // What is no part of the same repository is none of the project.
    assert.deepEqual(await found(), []);
    mkdirSync(join(folder, '.git'));
    assert.deepEqual(
      (await found()).map((one) => [one.code, one.at.file, one.at.line]),
      [[code, file, line]],
    );
  });
}

const refused: Readonly<Record<string, RegExp>> = {
  'execSync("true");': /: another program is not to be had while environments are compiled/,
  'void fetch("http://127.0.0.1:1");': /: the network is not to be had/,
  'new Include(new App(), "x", { url: "http://127.0.0.1:1/x.yaml" });':
    /: another program is not to be had while environments are compiled, .*: `HelmChart` and `Kustomization` include/,
  'void resolveTxt("example.com").catch(() => undefined);': /: the network is not to be had/,
  'new Resolver().resolve4("example.com", () => undefined);': /: the network is not to be had/,
  'createSocket("udp4").bind(0);': /: the network is not to be had/,
  'get("http://127.0.0.1:1").on("error", () => {});': /: the network is not to be had/,
};

for (const [act, message] of Object.entries(refused)) {
  test(`it is refused, and told: ${act}`, async (t) => {
    for (const [code, files] of [
      ['chart-failed', project({ act })],
      ['module-failed', project({ top: act })],
    ] as const) {
      const { diagnostics } = await synthesize(makeProject(t, files).world, all);
      const [first] = diagnostics.filter(({ severity }) => severity === 'error');
      assert.equal(first?.code, code);
      assert.match(first?.message ?? '', message);
      assert.equal(first?.at.line, code === 'chart-failed' ? 13 : 10);
    }
  });
}

test('a declared input is read and checked, and no mistake', async (t) => {
  process.env['LOCKSTEP_TEST_REGION'] = 'eu';
  t.after(() => delete process.env['LOCKSTEP_TEST_REGION']);
  const read = (schema: string) => synthesize(makeProject(t, project({ top: `input('LOCKSTEP_TEST_REGION', ${schema});` })).world, all);
  assert.deepEqual((await read(`z.enum(['eu', 'us'])`)).diagnostics, []);
  const { diagnostics } = await read(`z.enum(['us'])`);
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at.line]),
    [['module-failed', 10]],
  );
  assert.match(diagnostics[0]?.message ?? '', /the variable `LOCKSTEP_TEST_REGION` is not as it has to be: /);
  assert.doesNotMatch(diagnostics[0]?.message ?? '', /"eu"/);
  delete process.env['LOCKSTEP_TEST_REGION'];
  const unset = await read(`z.enum(['us'])`);
  assert.match(unset.diagnostics[0]?.message ?? '', /the variable `LOCKSTEP_TEST_REGION` is not set, and has to be: /);
});

test('packages may ask where they are and who they run as, and a relative path is one of the project', async (t) => {
  const act = `void [resolve('a'), readFileSync('environments/dev.ts'), asks()];`;
  const top = `import { resolve } from 'node:path'; import asks from 'asks';`;
  const { write, world } = makeProject(t, project({ act, top }));
  write({
    'node_modules/asks/package.json': '{ "name": "asks", "main": "index.js" }',
    'node_modules/asks/index.js': `const os = require('os');
const asks = () => [process.cwd(), process.pid, process.execPath, process.argv, os.tmpdir(), os.homedir()];
asks();
module.exports = asks;
`,
  });
  assert.deepEqual((await synthesize(world, all)).diagnostics, []);
});

test('a check tells the same', async (t) => {
  const { world } = makeProject(t, { ...project({ act: 'void process.env["REGION"];' }), 'tsconfig.json': '{}' });
  const types = { check: async () => ({ ok: true, text: '' }) as const };
  const { exit, said } = await runCommand({ ...world, types }, ['check']);
  assert.equal(exit, 2);
  assert.match(said, /error\[variable-undeclared\][\s\S]* at environments\/dev\.ts:13/);
});
