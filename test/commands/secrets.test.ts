import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { samples } from '../compile/validate/secrets/tokens.ts';
import { runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';

const secrets = Object.values(samples).flat();
const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

/** Manifests in which `secret` stands where it cannot be read, or cannot be right. */
const broken: Readonly<Record<string, (secret: string) => string>> = {
  'a key twice': (secret) => `${map}data:\n  ${secret}: a\n  ${secret}: b\n`,
  'a tag': (secret) => `${map}data:\n  a: !${secret} b\n`,
  'an alias': (secret) => `${map}data:\n  a: *${secret}\n`,
  'an escape': (secret) => `${map}data:\n  a: "\\q${secret}"\n`,
  'a list without an end': (secret) => `${map}data: [${secret}\n`,
  'a block': (secret) => `${map}data: |${secret}\n`,
  'a line of its own': (secret) => `${map}${secret}\n`,
  'a namespace': (secret) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: [${secret}] }\n`,
  'a kind': (secret) => `apiVersion: v1\nkind: ${secret}\nmetadata: { name: a }\n`,
};

/** Lockfiles with a secret where a digest, a key or an image stands. */
const lockfiles: Readonly<Record<string, (secret: string) => string>> = {
  'a digest': (secret) => `images:\n  nginx:1.27:\n    digest: ${secret}\n`,
  'a key': (secret) => `${secret}: {}\n`,
  'an image': (secret) => `images:\n  ${secret}:\n    digest: ${secret}\n`,
  'no YAML': (secret) => `images: [${secret}\n`,
};

const environment = `import { defineEnvironment } from 'lockstep';
export default defineEnvironment({ name: 'dev', cluster: 'c', kubernetes: '1.35' });
`;

describe('no secret is told of what cannot be read:', () => {
  for (const [title, write] of Object.entries(broken)) {
    test(`manifests, ${title}`, async (t) => {
      const { world } = makeProject(t, Object.fromEntries(secrets.map((secret, i) => [`out/${i}.yaml`, write(quoted(secret))])));
      const { out } = await runCommand(world, ['check', './out', '--output', 'json']);
      assert.notEqual(JSON.parse(out).diagnostics.length, 0);
      refuseSecrets(out);
    });
  }
  for (const [title, write] of Object.entries(lockfiles)) {
    test(`lockfiles, ${title}`, async (t) => {
      const { world, write: writeFiles } = makeProject(t, { 'environments/dev.ts': environment });
      // One of each form: every one is a project that is compiled.
      for (const [secret = ''] of Object.values(samples)) {
        writeFiles({ 'environments/dev.lock.yaml': write(quoted(secret)) });
        const { out } = await runCommand(world, ['synth', '--output', 'json']);
        assert.match(out, /"code": "lockfile-/);
        refuseSecrets(out);
      }
    });
  }
});

/** A text with line breaks stands on one line in double quotes. */
function quoted(secret: string): string {
  return /^[\w.-]+$/.test(secret) ? secret : JSON.stringify(secret);
}

function refuseSecrets(told: string): void {
  const found = secrets.filter((secret) => told.includes(secret) || told.includes(JSON.stringify(secret).slice(1, -1)));
  assert.deepEqual(found, []);
}
