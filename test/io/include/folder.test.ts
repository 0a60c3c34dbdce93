import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readChartFolder } from '../../../src/io/include/folder.ts';
import { Unreadable } from '../../../src/io/include/input.ts';
import { temporaryFolder } from '../../support/repository.ts';

/** A project with a chart in `helm/app`, and a file beside the project. */
function project(t: TestContext): { readonly root: string; readonly outside: string } {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'project/helm/app/templates'), { recursive: true });
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'project/helm/app/Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 1.0.0\n');
  writeFileSync(join(folder, 'project/shared.yaml'), 'a: b\n');
  writeFileSync(join(folder, 'elsewhere/shared.yaml'), 'a: b\n');
  return { root: join(folder, 'project'), outside: join(folder, 'elsewhere') };
}

function refusal(read: () => unknown): readonly string[] | undefined {
  try {
    read();
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof Unreadable, String(thrown));
    return [thrown.problem.code, thrown.problem.message];
  }
}

test('a chart has links to what is in the project, and to nothing else', (t) => {
  const { root, outside } = project(t);
  const read = (): unknown => readChartFolder(root, 'helm/app');
  symlinkSync(join(root, 'shared.yaml'), join(root, 'helm/app/templates/a.yaml'));
  symlinkSync('nowhere', join(root, 'helm/app/templates/b.yaml'));
  assert.equal(refusal(read), undefined);
  symlinkSync(join(outside, 'shared.yaml'), join(root, 'helm/app/templates/c.yaml'));
  const message = '`helm/app/templates/c.yaml` is a symbolic link that leads out of the project';
  assert.deepEqual(refusal(read), ['chart-linked', message]);
});

test('neither is a chart, or a folder in it, elsewhere', (t) => {
  const { root, outside } = project(t);
  symlinkSync(outside, join(root, 'helm/app/more'));
  assert.equal(refusal(() => readChartFolder(root, 'helm/app'))?.[1], '`helm/app/more` is a symbolic link that leads out of the project');
  writeFileSync(join(outside, 'Chart.yaml'), 'apiVersion: v2\nname: other\nversion: 1.0.0\n');
  symlinkSync(outside, join(root, 'helm/other'));
  assert.equal(refusal(() => readChartFolder(root, 'helm/other'))?.[1], '`helm/other` is a symbolic link that leads out of the project');
});
