import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { formatMarkdown } from '../../src/diff/markdown.ts';
import { diffReport } from '../../src/diff/report.ts';
import { type ComparedTree, comparedTree, type KnownTexts } from '../../src/diff/tree.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import { applications, hiding, origin, treeOf } from './samples.ts';

/** Does something, and prints how long it took, and how long of that this process was at work: others may be, too. */
function timed<T>(t: TestContext, what: string, work: () => T): T {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const result = work();
  const cpu = Math.round(process.cpuUsage(used).user / 1_000);
  t.diagnostic(`${what}: ${Math.round(performance.now() - start)} ms, of which ${cpu} ms at work`);
  return result;
}

/** A tree as a branch holds it: its index, and a reader of the texts of its files. */
function branchOf(objects: readonly Manifest[]): (known: KnownTexts) => ComparedTree {
  const { index, manifests } = treeOf(objects);
  const texts = new Map(index.objects.map(({ path, ref }) => [path, writeYaml(manifests.get(keyOf(ref)) ?? {})]));
  return (known) => {
    const read = comparedTree(index, texts, known);
    assert.ok(read.ok);
    return read.value;
  };
}

const [before, renewed] = [applications(2_000, 1), applications(2_000, 2)];
const cases = [
  ['one in a hundred changes', 100, before.map((object, i) => (i % 100 === 0 ? (renewed[i] ?? object) : object))],
  ['all change', 10_000, renewed],
] as const;

for (const [what, count, after] of cases) {
  test(`two trees of 10,000 objects, of which ${what}, are read, compared and told`, (t) => {
    const [was, now] = [branchOf(before), branchOf(after)];
    const known: KnownTexts = new Map();
    const trees = timed(t, 'read', () => ({ before: was(known), after: now(known) }));
    const compared = { environment: 'prod', ...trees, from: origin('a'), to: origin('b'), isSuccessor: true };
    const report = timed(t, 'compared', () => diffReport([compared], hiding));
    const text = timed(t, 'told', () => formatMarkdown(report));
    assert.equal(report.changes.length, count);
    assert.ok(text.length <= 60_000);
  });
}
