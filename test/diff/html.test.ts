import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHtml } from '../../src/diff/html.ts';
import { type Compared, diffReport } from '../../src/diff/report.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { hiding, origin, treeOf } from './samples.ts';

function pageOf(before: readonly Manifest[], after: readonly Manifest[], chart = 'shop'): string {
  const given = { chartOf: () => chart };
  const compared: Compared = {
    environment: 'prod',
    before: treeOf(before, given),
    after: treeOf(after, given),
    from: origin('a'),
    to: origin('b'),
    isSuccessor: true,
  };
  return formatHtml(diffReport([compared], hiding));
}

const settings = (name: string, value: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data: { value },
});
const claim: Manifest = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' } };

/** The elements that are open and not closed at the end, of those that need it; throws where one is closed that is not open. */
function openAtEnd(page: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name = ''] of page.matchAll(/<(\/?)(html|style|h1|h2|p|table|ul|pre|details|summary|code|span|strong|title)\b/g)) {
    if (slash === '') open.push(name);
    else assert.equal(open.pop(), name);
  }
  return open;
}

test('it is a page of its own: nothing is loaded, nothing runs, and every element is closed', () => {
  const page = pageOf([settings('a', '1'), claim], [settings('a', '2')]);
  assert.match(page, /^<!doctype html>\n<html lang="en">\n<meta charset="utf-8">/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
  assert.doesNotMatch(page, /<script|<link|<img|<iframe|\bsrc=|\bhref=|\bon\w+=|@import|url\(/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.deepEqual(openAtEnd(page), []);
});

test('the worst stands first, then everything, folded by chart', () => {
  const page = pageOf([settings('a', '1'), claim], [settings('a', '2')]);
  const order = [
    '<h1>',
    'deletes data',
    'changes configuration',
    'Look at these first',
    'would refuse this',
    'All changes',
    'data.value: 1 → 2',
  ];
  const places = order.map((text) => page.indexOf(text));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    JSON.stringify(places),
  );
  assert.ok(places.every((place) => place > 0));
  assert.match(page, /<details><summary><code>shop<\/code>: 2 objects/);
});

test('nothing that stands in an object becomes a part of the page', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='a'>\`</code><b>&lt;`;
  const page = pageOf(
    [settings('a', '1'), { ...settings('gone', '1'), kind: evil }, { ...claim, metadata: { name: evil, namespace: evil } }],
    [{ ...settings('a', evil), metadata: { name: 'a', namespace: 'shop', annotations: { [evil]: evil } } }],
    evil,
  );
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.doesNotMatch(page, /<script|<img|<b>/);
  assert.deepEqual(openAtEnd(page), []);
});

test('secrets are not in it', () => {
  const secret = (value: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'password', namespace: 'shop' },
    stringData: { password: value },
  });
  const page = pageOf([secret('correct-horse')], [secret('battery-staple')]);
  assert.match(page, /another value \(not shown\)/);
  assert.doesNotMatch(page, /correct-horse|battery-staple/);
});

test('it has a size at which any browser shows it, and says what it left out', () => {
  const names = Array.from({ length: 4_000 }, (_, i) => `settings-${i}`);
  const page = pageOf(
    names.map((name) => settings(name, `${name} 1\n`.repeat(60))),
    names.map((name) => settings(name, `${name} 2\n`.repeat(60))),
  );
  assert.ok(page.length <= 2_000_000 && page.length > 1_000_000, `${page.length}`);
  assert.match(page, /… and \d+ more objects: <code>lockstep diff<\/code> tells of all/);
  assert.deepEqual(openAtEnd(page), []);
});

test('three hundred environments have room, too', () => {
  const approvals = (name: string) =>
    Array.from({ length: 40 }, (_, i) => {
      const ref = { group: '', kind: 'Namespace', namespace: '', name: `${name}-${i}` };
      return { ref, reason: 'x'.repeat(150) };
    });
  const compared = Array.from({ length: 300 }, (_, i): Compared => {
    const trees = { before: treeOf([claim]), after: treeOf([], { approvals: approvals(`n-${i}`) }) };
    return { environment: `prod-${i}`, ...trees, from: origin('a'), to: origin('b'), isSuccessor: true };
  });
  const page = formatHtml(diffReport(compared, hiding));
  assert.ok(page.length <= 2_000_000, `${page.length}`);
  assert.ok(/… and \d+ more environments/.test(page));
  assert.deepEqual(openAtEnd(page), []);
});
