import assert from 'node:assert/strict';
import { painter } from '../../src/cli/paint.ts';
import { type HoldOptions, hold } from '../../src/commands/hold.ts';
import { openWorld } from '../../src/io/world.ts';
import type { Stage } from './stage.ts';

/** Runs `lockstep hold` for the environment of `stage` as an administrator, and returns what it says. */
export async function holdAt(stage: Stage, object: string, options: Partial<HoldOptions>): Promise<string> {
  const said: string[] = [];
  const world = openWorld({
    folder: process.cwd(),
    program: { folder: 'build', runtime: 'test' },
    host: { env: {}, pid: process.pid, execPath: process.execPath, stdin: process.stdin, stderr: process.stderr },
    signal: AbortSignal.timeout(30_000),
  });
  const context = {
    world,
    version: '0',
    signal: AbortSignal.timeout(30_000),
    output: 'text',
    paint: { out: painter(false), say: painter(false) },
    out: () => {},
    show: () => {},
    say: (line: string) => said.push(line),
  } as const;
  const usual = { environment: stage.environment, namespace: 'lockstep', kubeconfig: stage.plane.kubeconfig, owner: 'Ada', end: false };
  assert.equal(await hold(context, { ...usual, object, ...options }), 0);
  return said.join('\n');
}
