import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodes } from '../../src/model/failure.ts';
import { runCommand } from '../support/command.ts';

test('an agent takes no option that would change nothing', async () => {
  const refused: readonly (readonly [readonly string[], string])[] = [
    [['--interval', '30'], '`--interval` needs `--environment`: without, objects `Environment` say how often their branches are looked at'],
    [['--branch', 'environments/fleet'], '`--branch` needs `--environment`: without, objects `Environment` say which branch holds them'],
    [['--timeout', '30'], '`--timeout` needs `--once`: without, an agent runs until it is stopped'],
    [
      ['--environment', 'dev', '--source', '.', '--timeout', '30'],
      '`--timeout` needs `--once`: without, an agent runs until it is stopped',
    ],
    [['--report'], '`--report` needs `--environment`: without, objects `Environment` say which forge is told how they do'],
    [['--environment', 'dev', '--source', '.', '--forge', 'gitea'], '`--forge` needs `--report`'],
    [['--environment', 'dev', '--source', '.', '--forge-url', 'https://git.example.com'], '`--forge-url` needs `--report`'],
    [
      ['--signers', 'signers'],
      '`--signers` needs `--environment`: without, objects `Environment` say who may sign (`spec.source.signers`)',
    ],
    [['--once'], '`--once` needs `--environment`: without, an agent runs until it is stopped'],
  ];
  for (const [args, message] of refused) {
    const { exit, said } = await runCommand({}, ['agent', ...args]);
    assert.deepEqual([exit, said], [exitCodes.input, `error[agent-options-unfit]: ${message}\n  help: see \`lockstep agent --help\``]);
  }
});

test('options of what is not printed are refused before anything is rendered', async () => {
  for (const beside of [[], ['--rbac']]) {
    const { exit, out, said } = await runCommand({}, ['bootstrap', 'dev', ...beside, '--replicas', '5', '--on-delete', 'prune']);
    assert.deepEqual([exit, out], [exitCodes.input, '']);
    assert.match(said, /^error\[bootstrap-options-unfit\]: `--on-delete` would change nothing: it is for `--source`$/m);
    assert.match(said, /^error\[bootstrap-options-unfit\]: `--replicas` would change nothing: it is for `--image`$/m);
  }
});
