import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeProject } from '../support/project.ts';

/** Names that the Turkish and other locales would treat in their own way, and numbers that sort otherwise than text. */
const chart = `import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
export const shop = defineChart({
  namespace: 'shop',
  values: z.object({ image: image(), names: z.array(z.string()) }),
  build(chart, { values }) {
    for (const name of values.names) {
      new k8s.KubeConfigMap(chart, name, { data: { I: 'İ', i: 'ı', a: 'z', Z: 'ä', '10': 'a', '9': 'b' } });
      new k8s.KubeJob(chart, \`JOB-\${name}\`, {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: values.image }] } } },
      });
    }
  },
});
`;
const environment = (name: string): string => `import { defineEnvironment } from 'lockstep';
import { shop } from '../shop.js';
export default defineEnvironment({
  name: '${name}', cluster: '${name}', kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { shop },
  values: { shop: { image: 'nginx:1.27', names: ['INGRESS', 'I', 'i-10', 'i-9', 'Zz'] } },
});
`;
const lock = `images:\n  nginx:1.27:\n    digest: sha256:${'a'.repeat(64)}\n`;
const files = {
  'shop.ts': chart,
  ...Object.fromEntries(
    ['dev', 'prod', 'z10', 'z9'].flatMap((name) => [
      [`environments/${name}.ts`, environment(name)],
      [`environments/${name}.lock.yaml`, lock],
    ]),
  ),
};

const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly bin: { readonly lockstep: string } };

/** The files below `dist` after the built program ran in a project with these variables. */
function synthesized(
  t: TestContext,
  texts: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { folder } = makeProject(t, texts);
  execFileSync(process.execPath, [resolve(bin.lockstep), 'synth'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const dist = join(folder, 'dist');
  const paths = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => [join(parentPath, name).slice(dist.length), readFileSync(join(parentPath, name), 'utf8')]),
  );
}

test('another folder, time zone, locale and order of files on the disk give the same bytes', (t) => {
  const here = synthesized(t, files, { TZ: 'UTC', LC_ALL: 'C.UTF-8' });
  const shuffled = Object.fromEntries(Object.entries(files).reverse());
  const there = synthesized(t, shuffled, { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' });
  assert.equal(Object.keys(here).length, 4 * 11);
  assert.deepEqual(there, here);
  assert.ok(here['/dev/shop/configmap.core.shop.shop-ingress.yaml']?.includes('name: shop-ingress'));
});
