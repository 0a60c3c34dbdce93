import { pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';
import type { Environment } from '../../src/authoring/environment.ts';
import { pin } from '../../src/compile/pin.ts';
import { resolve } from '../../src/compile/resolve.ts';
import { kindsServed } from '../../src/compile/served.ts';
import { settle } from '../../src/compile/settle.ts';
import { synth } from '../../src/compile/synth.ts';
import { buildTree } from '../../src/compile/tree.ts';
import { findSecrets } from '../../src/compile/validate/secrets/secrets.ts';
import { validate } from '../../src/compile/validate/validate.ts';
import { emptyLockfile } from '../../src/model/lockfile.ts';

/** Compiles the environment of the module at `process.argv[2]` as far as it is validated, and writes what that took, in seconds. */
const [, , file = ''] = process.argv;
register();
const { default: environment } = (await import(pathToFileURL(file).href)) as { readonly default: Environment };
const given = { lock: emptyLockfile, today: '2026-01-01', root: process.cwd(), file };
const { value: resolved, diagnostics } = resolve(environment, given);
if (resolved === undefined) throw new Error(JSON.stringify(diagnostics));
const pinned = pin(synth(buildTree(resolved, given).value, given.root).value, {
  lock: given.lock,
  environment: resolved.name,
  fields: [],
}).value;
const kinds = kindsServed(pinned.map(({ manifest }) => manifest));
const drafts = settle(pinned, kinds);
const began = performance.now();
const found = validate(drafts, kinds, { kubernetes: resolved.kubernetes, outside: resolved });
const leaks = findSecrets(drafts);
const seconds = (performance.now() - began) / 1000;
if (found.length > 0 || leaks.size > 0) throw new Error(`the bench has mistakes: ${JSON.stringify(found.slice(0, 3))}`);
process.stdout.write(`${seconds}\n`);
