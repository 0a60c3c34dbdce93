import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import type { World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject, openProject, type Project } from '../support/project.ts';

/** A definition of `kind` in `group`, whose objects have one field. */
function definition(kind: string, { group = 'shop.example.com', field = 'size', version = 'v1' } = {}): string {
  return `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${kind.toLowerCase()}s.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s, singular: ${kind.toLowerCase()}, listKind: ${kind}List }
  versions:
  - name: ${version}
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [${field}]
            properties:
              ${field}: { type: integer, nullable: true, default: 1 }
              name: { type: string }
`;
}

function importIn({ folder }: Project, args: readonly string[], downloads: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const world: Partial<World> = {
    ...openProject(folder),
    async download(url) {
      const text = downloads[url];
      if (text === undefined) throw new Failure('download-failed', `\`${url}\` cannot be fetched: the server answers 404`);
      return text;
    },
  };
  return runCommand(world, ['import', ...args]);
}

function textIn({ folder }: Project, path: string): string | undefined {
  return existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined;
}

const cart = 'imports/shop.example.com.ts';
const lock = 'imports/imports.lock.yaml';

describe('what is imported', () => {
  test('is written with a lock, and is as it was the next time', async (t) => {
    const project = makeProject(t, { 'crds/cart.yaml': definition('Cart'), 'crds/readme.yaml': 'a: b' });
    const first = await importIn(project, ['crds/', 'kubernetes@1.35']);
    assert.deepEqual(
      [first.exit, first.said.split('\n').slice(0, 3)],
      [0, ['crds/: 1 kind', 'kubernetes@1.35: 82 kinds', '+ imports/kubernetes-1.35/admissionregistration.k8s.io.ts']],
    );
    assert.match(textIn(project, cart) ?? '', /export class Cart extends ApiObject/);
    assert.match(textIn(project, lock) ?? '', /shop.example.com\/v1\/Cart: "?[0-9a-f]{12}/);
    const before = textIn(project, lock);
    assert.deepEqual(await importIn(project, []), { exit: 0, out: '', said: '23 files are as they were\nnext: lockstep check' });
    assert.deepEqual(await importIn(project, ['--check']), { exit: 0, out: '', said: '23 files are as they were' });
    assert.equal(textIn(project, lock), before);
  });

  test('is taken anew only when that is meant, and told by kind', async (t) => {
    const project = makeProject(t, { 'crds/a.yaml': definition('Cart') + definition('Till') });
    await importIn(project, ['crds/']);
    const before = textIn(project, cart);
    project.write({ 'crds/a.yaml': definition('Cart', { field: 'weight' }) + definition('Shelf') });
    const check = await importIn(project, ['--check']);
    const told = ['crds/:', '  + shop.example.com/v1/Shelf', '  ~ shop.example.com/v1/Cart', '  - shop.example.com/v1/Till'];
    assert.deepEqual(
      [check.exit, check.said.split('\n')],
      [1, [...told, `~ ${cart} (would be another)`, 'next: lockstep import crds/ --update']],
    );
    const refused = await importIn(project, []);
    assert.equal(refused.exit, 2);
    assert.match(
      refused.said,
      /error\[import-source-changed\].*added `shop\.example\.com\/v1\/Shelf`; changed `shop.*Cart`; removed `shop.*Till`/,
    );
    assert.equal(textIn(project, cart), before);
    const updated = await importIn(project, ['--update']);
    assert.deepEqual([updated.exit, updated.said.split('\n')], [0, [...told, `~ ${cart}`, 'next: lockstep check']]);
    assert.match(textIn(project, cart) ?? '', /readonly weight\?: number \| null/);
  });

  test('is told with a command that can be typed, whatever a source is called', async (t) => {
    const project = makeProject(t, { 'my crds/a.yaml': definition('Cart') });
    await importIn(project, ['my crds/', '--out', 'my types']);
    project.write({ 'my crds/a.yaml': definition('Cart', { field: 'weight' }) });
    const refused = await importIn(project, ['--out', 'my types']);
    assert.match(refused.said, /help: if that is meant: `lockstep import 'my crds\/' --out 'my types' --update`/);
  });

  test('goes when its definitions are gone, or its entry in the lock', async (t) => {
    const project = makeProject(t, { 'a.yaml': definition('Cart'), 'b.yaml': definition('Bag', { group: 'bags.example.com' }) });
    await importIn(project, ['a.yaml', 'b.yaml']);
    project.write({ 'a.yaml': definition('Cart', { group: 'other.example.com' }) });
    assert.equal((await importIn(project, ['a.yaml', '--update'])).exit, 0);
    assert.deepEqual([textIn(project, cart), textIn(project, 'imports/other.example.com.ts') === undefined], [undefined, false]);
    const text = textIn(project, lock) ?? '';
    project.write({ [lock]: text.replace(/ {2}b\.yaml:\n(?: {4}.*\n)+/, '') });
    assert.match((await importIn(project, [])).said, /- imports\/bags\.example\.com\.ts \(removed\)/);
    assert.equal(textIn(project, 'imports/bags.example.com.ts'), undefined);
    assert.doesNotMatch(textIn(project, lock) ?? '', /bags/);
  });

  test('shares a file with what else was imported of its group', async (t) => {
    const url = 'https://example.com/till.yaml';
    const downloads = { [url]: definition('Till') };
    const project = makeProject(t, { 'cart.yaml': definition('Cart') });
    await importIn(project, ['cart.yaml']);
    await importIn(project, [url], downloads);
    assert.match(textIn(project, cart) ?? '', /of cart\.yaml, https:[\s\S]*class Cart [\s\S]*class Till /);
    project.write({ 'cart.yaml': definition('Cart', { field: 'weight' }) });
    await importIn(project, ['cart.yaml', '--update'], downloads);
    assert.match(textIn(project, cart) ?? '', /weight[\s\S]*class Till /);
    const gone = await importIn(project, []);
    assert.deepEqual(
      [gone.exit, gone.said.split('\n')[0]],
      [3, `error[download-failed]: \`${url}\` cannot be fetched: the server answers 404`],
    );
  });

  test('is never written over what somebody edited', async (t) => {
    const project = makeProject(t, { 'a.yaml': definition('Cart') });
    await importIn(project, ['a.yaml']);
    const edited = `${textIn(project, cart)}// mine\n`;
    project.write({ [cart]: edited });
    const check = await importIn(project, ['--check']);
    assert.deepEqual([check.exit, check.said.split('\n')[0]], [1, `! ${cart} (edited)`]);
    for (const args of [[], ['--update'], ['a.yaml']]) {
      const { exit, said } = await importIn(project, args);
      assert.deepEqual(
        [exit, said.split('\n')[0]],
        [2, `error[import-file-edited]: \`${cart}\` is not as it was made, and what was changed in it would be lost`],
      );
    }
    assert.equal(textIn(project, cart), edited);
  });

  test('goes where it is told to', async (t) => {
    const project = makeProject(t, { 'a.yaml': definition('Cart') });
    assert.equal((await importIn(project, ['a.yaml', '--out', 'lib/types/'])).exit, 0);
    assert.ok(textIn(project, 'lib/types/shop.example.com.ts'));
    assert.equal((await importIn(project, ['--check', '--out', 'lib/types'])).exit, 0);
    project.write({ 'a.yaml': definition('Cart', { field: 'weight' }), 'b.yaml': definition('Till') });
    const check = await importIn(project, ['b.yaml', '--check', '--out', 'lib/types']);
    assert.match(check.said, /^next: lockstep import b\.yaml a\.yaml --out lib\/types --update$/m);
    const changed = await importIn(project, ['--out', 'lib/types']);
    assert.match(changed.said, /help: if that is meant: `lockstep import a\.yaml --out lib\/types --update`/);
  });
});

const refusals: readonly { readonly title: string; readonly args: readonly string[]; readonly says: RegExp }[] = [
  { title: 'nothing', args: [], says: /error\[import-nothing\]/ },
  { title: 'a path with nothing', args: ['crd/'], says: /error\[import-no-definitions\]: there is nothing at `crd\/`/ },
  {
    title: 'a file without definitions',
    args: ['none.yaml'],
    says: /error\[import-no-definitions\]: there is no CustomResourceDefinition in `none.yaml`/,
  },
  { title: 'what is no YAML', args: ['broken.yaml'], says: /error\[manifest-unreadable\][\s\S]*at broken\.yaml:1:\d+/ },
  {
    title: 'an old definition',
    args: ['old.yaml'],
    says: /error\[import-definition-old\]: the definition `carts.shop.example.com` is of `apiextensions.k8s.io\/v1beta1`/,
  },
  { title: 'a definition without a group', args: ['groupless.yaml'], says: /error\[import-definition-wrong\][\s\S]*groupless\.yaml:5/ },
  { title: 'a group that leads elsewhere', args: ['outside.yaml'], says: /error\[import-definition-wrong\]/ },
  { title: 'a definition that serves nothing', args: ['unserved.yaml'], says: /error\[import-definition-wrong\]: .* serves no version/ },
  {
    title: 'a URL that lets somebody in',
    args: ['https://me:hush@example.com/a.yaml?ref=v1&token=hush#hush'],
    says: /error\[download-insecure\]: the URL `https:\/\/example\.com\/a\.yaml\?ref=v1&…` has more in it(?![\s\S]*hush)/,
  },
  { title: 'an unknown minor', args: ['kubernetes@1.53'], says: /error\[import-kubernetes-unknown\][\s\S]*there are `1.28`/ },
  {
    title: 'Kubernetes without a minor',
    args: ['kubernetes'],
    says: /error\[environment-unknown\][\s\S]*of a minor: `kubernetes@1\.\d\d`/,
  },
  { title: 'an unknown environment', args: ['prd'], says: /error\[environment-unknown\][\s\S]*did you mean `prod`/ },
  {
    title: 'a folder without its slash',
    args: ['twice'],
    says: /error\[environment-unknown\][\s\S]*a folder is written with a slash: `twice\/`/,
  },
  {
    title: 'a kind that two sources define',
    args: ['cart.yaml', 'again.yaml'],
    says: /error\[import-kind-twice\]: .* by `cart.yaml` and by `again.yaml`/,
  },
  {
    title: 'a kind that a folder defines in two ways',
    args: ['twice/'],
    says: /error\[import-kind-twice\]: `twice\/` defines .* twice, each time otherwise/,
  },
];

describe('nothing is written of', () => {
  for (const { title, args, says } of refusals) {
    test(title, async (t) => {
      const project = makeProject(t, {
        'none.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n',
        'broken.yaml': 'kind: CustomResourceDefinition\n apiVersion: [',
        'cart.yaml': definition('Cart'),
        'again.yaml': definition('Cart'),
        'old.yaml': definition('Cart').replace('k8s.io/v1', 'k8s.io/v1beta1'),
        'groupless.yaml': definition('Cart').replace('group: shop', 'gruop: shop'),
        'outside.yaml': definition('Cart').replace('group: shop.example.com', 'group: ../../shop.example.com'),
        'unserved.yaml': definition('Cart').replace('served: true', 'served: false'),
        'twice/a.yaml': definition('Cart'),
        'twice/b.yaml': definition('Cart', { field: 'weight' }),
        'environments/prod.ts': environment(''),
      });
      const { exit, said } = await importIn(project, args);
      assert.equal(exit, exitCodes.input, said);
      assert.match(said, says);
      assert.equal(existsSync(join(project.folder, 'imports')), false);
    });
  }

  test('a lock that cannot be read', async (t) => {
    for (const text of ['sources: [', 'sources: { a: { sha256: b } }', 'files: { ../a.ts: b }', '- a']) {
      const project = makeProject(t, { 'cart.yaml': definition('Cart'), [lock]: text });
      const { exit, said } = await importIn(project, ['cart.yaml']);
      assert.deepEqual([exit, said.split(':')[0]], [exitCodes.input, 'error[imports-lock-unreadable]'], text);
      assert.equal(textIn(project, lock), text);
    }
  });
});

test('one definition in two files of a folder is one', async (t) => {
  const project = makeProject(t, { 'crds/a.yaml': definition('Cart'), 'crds/b.yaml': definition('Cart') });
  assert.equal((await importIn(project, ['crds/'])).exit, 0);
});

/** An environment whose chart is built by `code`. */
function environment(code: string): string {
  return `import { ApiObject, JsonPatch } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';
${code === '' ? '' : "import { Cart } from '../imports/shop.example.com.js';\nimport { Namespace } from '../imports/kubernetes-1.35/core.js';"}
void [ApiObject, JsonPatch];
const web = defineChart({ owner: 'team', namespace: 'shop', build(chart) {
${code}
} });
export default defineEnvironment({ name: 'prod', cluster: 'one', kubernetes: '1.35', charts: { web } });
`;
}

async function synthesized(t: TestContext, code: string): Promise<Ended & { readonly project: Project }> {
  const project = makeProject(t, { 'cart.yaml': definition('Cart') });
  await importIn(project, ['cart.yaml', 'kubernetes@1.35']);
  const crd = `new ApiObject(chart, 'crd', ${JSON.stringify(crdOf())});\nnew Namespace(chart, 'shop', { metadata: { name: 'shop' } });`;
  project.write({ 'environments/prod.ts': environment(`${crd}\n${code}`) });
  const ended = await runCommand(openProject(project.folder), ['synth', '--no-cache']);
  return { ...ended, project };
}

function crdOf(): unknown {
  const versions = [
    {
      name: 'v1',
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              required: ['size'],
              properties: { size: { type: 'integer', nullable: true, default: 1 }, name: { type: 'string' } },
            },
          },
        },
      },
    },
  ];
  const names = { kind: 'Cart', plural: 'carts', singular: 'cart', listKind: 'CartList' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'carts.shop.example.com' },
    spec: { group: 'shop.example.com', scope: 'Namespaced', names, versions },
  };
}

describe('a generated class', () => {
  test('writes all that it is given, null and metadata too, and takes patches', async (t) => {
    const { exit, said, project } = await synthesized(
      t,
      "new Cart(chart, 'one', { metadata: { name: 'one', finalizers: ['a.example.com/b'], annotations: { a: 'b' } }, spec: { size: null, name: 'a' } })\n.addJsonPatch(JsonPatch.replace('/spec/name', 'b'));",
    );
    assert.deepEqual([exit, said.match(/error.*/)], [0, null], said);
    const written = textIn(project, 'dist/prod/web/cart.shop.example.com.shop.one.yaml') ?? said;
    assert.match(written, /finalizers:\n {2}- a\.example\.com\/b\nspec:\n {2}name: b\n {2}size: null\n$/);
  });

  test('is passed over where a mistake is placed', async (t) => {
    const { exit, said } = await synthesized(t, "new Cart(chart, 'one', {\n spec: { size: 1, nmae: 'a' } as never });");
    assert.equal(exit, 2);
    assert.match(said, /error\[field-unknown\][\s\S]*at environments\/prod\.ts:9:1/);
  });

  test('is passed over where an id is taken', async (t) => {
    const { exit, said } = await synthesized(t, "new Cart(chart, 'one', { spec: {} });\nnew Cart(chart, 'one', { spec: {} });");
    assert.equal(exit, 2);
    assert.match(said, /already a Construct with name 'one'[\s\S]*at environments\/prod\.ts:10:1/);
  });

  test('is made of what an environment renders', async (t) => {
    const { project } = await synthesized(t, '');
    const { exit, said } = await importIn(project, ['prod', '--out', 'rendered']);
    assert.deepEqual([exit, said.split('\n')[0]], [0, 'prod: 1 kind']);
    assert.equal(textIn(project, 'rendered/shop.example.com.ts')?.replace('of prod', 'of cart.yaml'), textIn(project, cart));
  });
});

test('an import that another one has overtaken is refused, and what that made is known', async (t) => {
  const project = makeProject(t, { 'crds/cart.yaml': definition('Cart') });
  const url = 'https://example.com/till.yaml';
  const world: Partial<World> = {
    ...openProject(project.folder),
    async download() {
      assert.equal((await importIn(project, ['crds/'])).exit, exitCodes.done);
      return definition('Till', { group: 'till.example.com' });
    },
  };
  const { exit, said } = await runCommand(world, ['import', url]);
  assert.equal(exit, exitCodes.refused);
  assert.match(said, /^error\[lockfile-changed\]: `imports\/imports\.lock\.yaml` was changed meanwhile, and stays as it is/m);
  assert.equal(existsSync(join(project.folder, 'imports/till.example.com.ts')), false);
  assert.deepEqual(await importIn(project, ['--check']), { exit: 0, out: '', said: '1 file is as it was' });
});

test('an empty name is no folder', async (t) => {
  const project = makeProject(t, { 'crds/cart.yaml': definition('Cart') });
  for (const command of [['import', 'crds/'], ['synth']]) {
    const { exit, said } = await runCommand(openProject(project.folder), [...command, '--out', '']);
    assert.equal(exit, exitCodes.input, said);
  }
});

test('what a check finds is told in every form of output', async (t) => {
  const project = makeProject(t, { 'crds/cart.yaml': definition('Cart') });
  const { exit, out } = await importIn(project, ['crds/', '--check', '--output', 'github']);
  assert.equal(exit, exitCodes.difference);
  assert.match(out, /`crds\/` is not imported yet/);
  assert.match(out, /`imports\/shop\.example\.com\.ts` \(not made yet\)/);
});
