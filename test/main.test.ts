import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { makeProject } from './support/project.ts';

const environment = (name: string, level: string): string => `import { ApiObject, Chart } from 'cdk8s';
import { defineEnvironment } from 'lockstep';
const shop = (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level: '${level}' } });
};
export default defineEnvironment({
  name: '${name}',
  cluster: '${name}',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { shop },
});
`;

/** The exit code of the built program, of whose results nothing is read. */
async function exitUnread(folder: string, ...args: readonly string[]): Promise<readonly [exit: number, said: string]> {
  const child = spawn(process.execPath, [resolve('build/main.js'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += String(bytes);
  });
  const [exit] = await once(child, 'close');
  return [exit as number, said];
}

test('what is read no further ends as it would have ended', async (t) => {
  const { folder } = makeProject(t, {
    'environments/dev.ts': environment('dev', 'debug'),
    'environments/prod.ts': environment('prod', 'info'),
  });
  assert.deepEqual(await exitUnread(folder, 'diff', 'prod', '--against', 'dev'), [1, '']);
  assert.deepEqual(await exitUnread(folder, 'diff', 'prod', '--against', 'prod'), [0, '']);
});
