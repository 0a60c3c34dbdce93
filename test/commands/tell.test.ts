import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodes } from '../../src/model/failure.ts';
import { runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';
import { parseXml } from '../support/xml.ts';

const broken = { 'environments/dev.ts': `throw new Error('no');\n` };
const told = 'error[module-failed]: the module cannot be loaded: no';

test('in each form standard output gets the document, and the words are said where they do not stand in it', async (t) => {
  const { world } = makeProject(t, broken);
  const synth = (output: string) => runCommand(world, ['synth', '--output', output]);

  const text = await synth('text');
  assert.deepEqual([text.exit, text.out], [exitCodes.input, '']);
  assert.ok(text.said.startsWith(`${told}\n`));
  assert.ok(text.said.endsWith('1 error\n`lockstep explain module-failed` tells more'));

  const json = await synth('json');
  assert.deepEqual([json.exit, JSON.parse(json.out).diagnostics[0].code, json.said], [exitCodes.input, 'module-failed', '']);

  const sarif = await synth('sarif');
  const [run] = JSON.parse(sarif.out).runs;
  assert.deepEqual([sarif.exit, run.results[0].ruleId, run.tool.driver.rules[0].id], [exitCodes.input, 'module-failed', 'module-failed']);
  assert.equal(sarif.said, text.said);

  const github = await synth('github');
  assert.deepEqual([github.exit, github.said], [exitCodes.input, '']);
  assert.match(github.out, /^::error file=environments\/dev\.ts,line=1,col=\d+,title=module-failed::the module cannot be loaded: no$/);

  const junit = await synth('junit');
  assert.deepEqual([junit.exit, parseXml(junit.out).attributes['failures'], junit.said], [exitCodes.input, '1', text.said]);
});

test('a form that a command does not have is wrong input', async (t) => {
  const { world } = makeProject(t, broken);
  assert.equal((await runCommand(world, ['synth', '--output', 'xml'])).exit, exitCodes.input);
  assert.equal((await runCommand(world, ['explain', '--output', 'sarif'])).exit, exitCodes.input);
});
