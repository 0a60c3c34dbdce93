import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../../src/model/json.ts';
import { type Ruleset, rulesetOf } from '../../src/schema/cel/ruleset.ts';
import { eventually } from '../contract/cluster/asking.ts';
import { ask } from '../controlplane/api.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { bags } from './cel/bag.ts';
import { conditions, values } from './cel/corpus.ts';
import { definitionOf, group } from './cel/definition.ts';

/**
 * The real API server judges the same rules and the same objects. It may know more than we do; but what it takes we must never
 * refuse, and what we say that it takes it must not refuse.
 */
let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
});
after(() => plane.stop());

/** What was compared, and what differed. */
interface Tally {
  rules: number;
  evaluations: number;
  unevaluated: number;
  falseRefusals: number;
  differing: number;
  readonly missed: string[];
}

/** So many rules stand in one CustomResourceDefinition. */
const atOnce = 30;

describe('rules in CEL are judged as the API server does', { concurrency: 2 }, () => {
  const corpus = Object.entries(conditions).map(([topic, rules]) => [topic, rules.map((rule): JsonObject => ({ rule }))] as const);
  const shown = values.map((value): JsonObject => ({ rule: 'self.i == 0 && self.i == 1', messageExpression: `'%s'.format([${value}])` }));
  for (const [topic, rules] of [...corpus, ['values', shown] as const]) {
    test(topic, { timeout: 120_000 }, async (context) => {
      const told: Tally = { rules: 0, evaluations: 0, unevaluated: 0, falseRefusals: 0, differing: 0, missed: [] };
      const parts = Array.from({ length: Math.ceil(rules.length / atOnce) }, (_, i) => rules.slice(i * atOnce, (i + 1) * atOnce));
      const wrong: string[] = [];
      for (const [i, part] of parts.entries()) wrong.push(...(await compare(`${topic}x${i}`, part, told)));
      context.diagnostic(
        `${told.rules} rules, ${told.evaluations} evaluations: ${told.differing} differ, ${told.falseRefusals} rules refused falsely, ` +
          `${told.missed.length} refused rules not found, ${told.unevaluated} evaluations not judged`,
      );
      for (const one of told.missed) context.diagnostic(`refused, and not found: ${one}`);
      assert.deepEqual(wrong, []);
    });
  }
});

/** What we judge otherwise than the API server. */
async function compare(name: string, rules: readonly JsonObject[], told: Tally): Promise<readonly string[]> {
  const { value } = await ask(plane, { method: 'POST', path: definitions, body: definitionOf(name, rules) });
  const refused = refusedRules(value as Json);
  const mine = rulesetFor(name, rules);
  const problems = new Map(mine.rules.map(({ path, rule }) => [String(path[3]), rule.problem?.message]));
  const falseRefusals: string[] = [];
  rules.forEach((rule, i) => {
    const [theirs, ours] = [refused.get(`c${i}`), problems.get(`c${i}`)];
    if (theirs === undefined && ours !== undefined) falseRefusals.push(`refused falsely: ${shownRule(rule)}: ${ours}`);
    if (theirs !== undefined && ours === undefined) told.missed.push(`${shownRule(rule)}: ${briefly(theirs)}`);
  });
  const accepted = rules.filter((_, i) => !refused.has(`c${i}`));
  if (refused.size > 0) await ask(plane, { method: 'POST', path: definitions, body: definitionOf(name, accepted) });
  const differing = await compareVerdicts(name, accepted, told);
  told.rules += rules.length;
  told.falseRefusals += falseRefusals.length;
  told.differing += differing.length;
  return [...falseRefusals, ...differing];
}

function shownRule(rule: JsonObject): string {
  return stringAt(rule, 'messageExpression') ?? stringAt(rule, 'rule') ?? '';
}

function rulesetFor(name: string, rules: readonly JsonObject[]): Ruleset {
  const schema = listAt(definitionOf(name, rules), 'spec', 'versions').map((version) => objectAt(version, 'schema', 'openAPIV3Schema'))[0];
  const ruleset = rulesetOf(schema, { dropsStatus: false, minor: 35 });
  assert.ok(ruleset !== undefined);
  return ruleset;
}

/** What the API server says of a rule, without the rule. */
function briefly(cause: string): string {
  return cause.replace(/^Invalid value: \{.*?\}: /s, '').split('\n')[0] ?? '';
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** The bags whose rules the API server refuses, with its words. */
function refusedRules(status: Json): ReadonlyMap<string, string> {
  return new Map(
    listAt(status, 'details', 'causes').map((cause) => [
      /\[(c\d+)\]/.exec(stringAt(cause, 'field') ?? '')?.[1] ?? '',
      stringAt(cause, 'message') ?? '',
    ]),
  );
}

async function compareVerdicts(name: string, rules: readonly JsonObject[], told: Tally): Promise<readonly string[]> {
  const differing: string[] = [];
  const definition = definitionOf(name, rules);
  const path = `/apis/${group}/v1/namespaces/default/${name}s`;
  await eventually(async () => (await ask(plane, { method: 'GET', path })).status === 200);
  const ruleset = rulesetFor(name, rules);
  for (const bag of bags) {
    const spec = Object.fromEntries(rules.map((_, i) => [`c${i}`, bag]));
    const body = {
      apiVersion: `${group}/v1`,
      kind: stringAt(definition, 'spec', 'names', 'kind'),
      metadata: { name: 'a' },
      spec,
    } as JsonObject;
    let answer = await ask(plane, { method: 'POST', path: `${path}?dryRun=All`, body });
    // The handler of a new kind is there a little later than the kind.
    while (answer.status === 404) answer = await ask(plane, { method: 'POST', path: `${path}?dryRun=All`, body });
    const theirs = causesOf(answer.value as Json);
    const { broken, unknown } = ruleset.judge(body);
    const ours = new Map(broken.map(({ path: at, message }) => [String(at[1]), message]));
    const unsure = new Set(unknown.map(({ rule }) => rule));
    for (const { path: at, rule } of ruleset.rules) {
      const key = String(at[3]);
      told.evaluations++;
      if (rule.unknown !== undefined || unsure.has(rule)) told.unevaluated++;
      else if (!isSame(theirs.get(key), ours.get(key))) {
        const shown = shownRule(rules[Number(key.slice(1))] ?? {});
        differing.push(`${shown} of bag ${bags.indexOf(bag)}: theirs ${theirs.get(key)}, ours ${ours.get(key)}`);
      }
    }
  }
  return differing;
}

/** The API server's messages by bag, without what it puts before them. */
function causesOf(status: Json): ReadonlyMap<string, string> {
  return new Map(
    listAt(status, 'details', 'causes').map((cause) => [
      stringAt(cause, 'field')?.split('.')[1] ?? '',
      (stringAt(cause, 'message') ?? '').replace(/^Invalid value: (?:"object": )?/, ''),
    ]),
  );
}

/** Errors are equal when they are of one kind: cel-go tells more about the types that no function takes. */
function isSame(theirs: string | undefined, ours: string | undefined): boolean {
  if (theirs === undefined || ours === undefined) return theirs === ours;
  // Where cel-go fails itself, that there is an error is enough.
  if (theirs.startsWith('internal error')) return ours.includes('evaluating rule');
  const plain = (text: string): string => text.replace(/'no such overload[^']*'/, "'no such overload'").replace(parsing, '$1');
  return plain(theirs) === plain(ours);
}

/** How an address could not be read is told by Go in many ways. */
const parsing =
  /(parse error during conversion from string)(?:: network address parse error during conversion from string)?: (?:ParseAddr|netip\.ParsePrefix).*?(?= evaluating rule)/s;
