import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { buildVariables } from '../controlplane/programs.ts';
import { type Dated, merge } from './merge.ts';
import { type Facts, readRelease } from './release.ts';

/** The newest patch of each minor. */
const releases = ['1.28.15', '1.29.15', '1.30.14', '1.31.14', '1.32.13', '1.33.12', '1.34.8', '1.35.4', '1.36.4', '1.37.2'];

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../../src/schema/kubernetes.ts');

/** The folder of a Go module, which is fetched once. */
function moduleFolder(name: string): string {
  const printed = execFileSync('go', ['mod', 'download', '-json', name], { cwd: join(here, 'facts'), encoding: 'utf8' });
  return (JSON.parse(printed) as { readonly Dir: string }).Dir;
}

function readAll(release: string): Dated {
  const kubernetes = moduleFolder(`k8s.io/kubernetes@v${release}`);
  const api = moduleFolder(`k8s.io/api@v${release.replace(/^1/, '0')}`);
  const env = { ...process.env, ...buildVariables };
  const printed = execFileSync('go', ['run', '.', kubernetes, api], {
    cwd: join(here, 'facts'),
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  return { release, read: readRelease(kubernetes, JSON.parse(printed) as Facts) };
}

/** Reads the official Go modules of every supported release, and writes what Lockstep embeds of them. */
const embedded = merge(releases.map(readAll));
const json = Buffer.from(JSON.stringify(embedded), 'utf8');
const packed = brotliCompressSync(json, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
writeFileSync(
  target,
  [
    '// Written by `npm run schemas` from the Go modules k8s.io/kubernetes and k8s.io/api (Apache License 2.0, The Kubernetes Authors).',
    '/** The JSON of an `Embedded`, compressed by brotli, in base64. */',
    `export const embedded =\n  '${packed.toString('base64')}';\n`,
  ].join('\n'),
);
process.stderr.write(`${json.length} bytes of JSON, ${packed.length} packed, of ${releases.join(', ')}\n`);
