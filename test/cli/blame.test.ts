import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlameReport, formatBlame } from '../../src/cli/blame.ts';
import { painter } from '../../src/cli/paint.ts';

test('what a rendered branch says of its source does not repaint the terminal', () => {
  const [commit, sign] = ['1'.repeat(40), '\u001b[2J'];
  const source = { commit: 'a'.repeat(40), author: sign, date: sign, subject: sign, repoURL: sign, references: [] };
  const by = { name: sign, email: sign };
  const report: BlameReport = {
    environment: 'prod',
    from: { name: sign, commit },
    shallow: false,
    object: { group: '', kind: 'ConfigMap', namespace: 'shop', name: sign },
    path: sign,
    construct: sign,
    source: null,
    made: { because: sign, help: sign },
    lines: [{ line: 1, pointer: '', commit, text: sign }],
    commits: [{ commit, date: '2026-01-01T00:00:00Z', how: 'merged', by, subject: sign, source, added: 0, changed: 1, removed: 0 }],
  };
  const shown = formatBlame(report, painter(false)).join('\n');
  assert.match(shown, /\\u001b\[2J/);
  assert.ok(!shown.includes('\u001b'), shown);
});
