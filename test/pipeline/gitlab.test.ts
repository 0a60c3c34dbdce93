import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { samples } from './samples.ts';

const require = createRequire(import.meta.url);

/** The schema that GitLab publishes, by which its own editor judges. */
const schema = join(
  dirname(require.resolve('schemastore/package.json')),
  'schemas/json/gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json',
);

const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));

test('the published schema of GitLab takes the pipeline, and would not take a wrong one', () => {
  const files = samples.filter(({ system }) => system === 'gitlab');
  assert.equal(files.length, 3);
  for (const { file, size } of files) {
    const pipeline = parse(file.text) as Readonly<Record<string, object>>;
    validate(pipeline);
    assert.deepEqual(validate.errors ?? [], [], size);
    assert.equal(validate({ ...pipeline, wrong: { ...pipeline['lockstep-check'], stages: 1, when: 'never-ever' } }), false);
  }
});

test('what writes branches runs on the default branch alone, but for previews, which have a token of their own', () => {
  const file = samples.find(({ system, size }) => system === 'gitlab' && size === 'large')?.file;
  const pipeline = parse(file?.text ?? '') as Readonly<
    Record<string, { readonly rules?: readonly { readonly if: string }[]; readonly variables?: Readonly<Record<string, string>> }>
  >;
  for (const name of ['publish', 'upgrade', 'promote', 'preview-expire'])
    for (const rule of pipeline[`lockstep-${name}`]?.rules ?? [{ if: '' }])
      assert.match(rule.if, /\$CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH/);
  for (const name of ['preview', 'preview-end'])
    assert.equal(pipeline[`lockstep-${name}`]?.variables?.['LOCKSTEP_FORGE_TOKEN'], '$LOCKSTEP_PREVIEW_TOKEN');
});

test('what is merged is published, though somebody requests to merge the default branch elsewhere', () => {
  for (const { file } of samples.filter(({ system }) => system === 'gitlab')) {
    const { workflow } = parse(file.text) as { readonly workflow: { readonly rules: readonly { readonly if?: string }[] } };
    const [rule] = workflow.rules.filter((one) => one.if?.includes('$CI_OPEN_MERGE_REQUESTS'));
    assert.match(rule?.if ?? '', /&& \$CI_COMMIT_BRANCH != \$CI_DEFAULT_BRANCH$/);
  }
});
