import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { openProject } from '../support/project.ts';

/**
 * Each folder of test/checked is a case: `lockstep check ./files` in it, or with what stands in `arguments.txt`, ends and says as
 * `expected.txt` tells. `GOLDEN=update` writes that anew.
 */
const root = realpathSync('test/checked');

describe('checking files says', () => {
  for (const name of readdirSync(root).sort()) {
    test(name, async () => {
      const folder = join(root, name);
      const given = join(folder, 'arguments.txt');
      const args = existsSync(given) ? readFileSync(given, 'utf8').trim().split(' ') : ['./files'];
      const { exit, out, said } = await runCommand(openProject(folder), ['check', ...args]);
      const outcome = [said, ...(out === '' ? [] : [out]), `exit ${exit}`].join('\n');
      const expected = join(folder, 'expected.txt');
      if (process.env['GOLDEN'] === 'update') writeFileSync(expected, `${outcome}\n`);
      assert.equal(`${outcome}\n`, existsSync(expected) ? readFileSync(expected, 'utf8') : '');
    });
  }
});
