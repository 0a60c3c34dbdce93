import type { ToolName, ToolPin } from '../model/inclusion.ts';
import type { ChartPin, Lockfile } from '../model/lockfile.ts';
import { entriesOf, knownEntries, type LockEntry, type LockSource, reportAt, shownScalar, textOf } from './lock-reading.ts';

const tools: readonly ToolName[] = ['helm', 'kustomize'];

/** SHA-256 in hexadecimal. */
const sha256Form = /^[0-9a-f]{64}$/;

const help = 'remove it, and let `lockstep pin` write it anew';

/** The section `tools` of a lockfile. */
export function readTools(source: LockSource, section: LockEntry | undefined): Lockfile['tools'] {
  if (section === undefined) return undefined;
  const entries = knownEntries(source, entriesOf(source, section.node, '`tools`', help), tools);
  return Object.fromEntries(entries.flatMap((entry) => readTool(source, entry)));
}

function readTool(source: LockSource, tool: LockEntry): readonly (readonly [string, ToolPin])[] {
  const entries = knownEntries(source, entriesOf(source, tool.node, `\`${tool.key}\``, help), ['version', 'sha256']);
  const version = textOf(entries.find(({ key }) => key === 'version')?.node);
  const digests = entriesOf(source, entries.find(({ key }) => key === 'sha256')?.node, `\`sha256\` of \`${tool.key}\``, help);
  const wrong = digests.find(({ node }) => !sha256Form.test(textOf(node) ?? ''));
  if (version !== undefined && digests.length > 0 && wrong === undefined) {
    return [[tool.key, { version, sha256: Object.fromEntries(digests.map(({ key, node }) => [key, textOf(node) ?? ''])) }]];
  }
  const what =
    wrong === undefined ? 'no version, or no `sha256` of any platform' : `\`${shownScalar(wrong.node)}\` as \`sha256\` of \`${wrong.key}\``;
  reportAt(source, (wrong ?? tool).offset, { code: 'lockfile-bad-sha256', message: `\`${tool.key}\` has ${what}`, help });
  return [];
}

/** The section `charts` of a lockfile. */
export function readCharts(source: LockSource, section: LockEntry | undefined): Lockfile['charts'] {
  if (section === undefined) return undefined;
  return Object.fromEntries(entriesOf(source, section.node, '`charts`', help).flatMap((chart) => readChart(source, chart)));
}

function readChart(source: LockSource, chart: LockEntry): readonly (readonly [string, ChartPin])[] {
  const entries = knownEntries(source, entriesOf(source, chart.node, `\`${chart.key}\``, help), ['sha256']);
  const sha256 = entries[0];
  if (sha256 !== undefined && sha256Form.test(textOf(sha256.node) ?? '')) return [[chart.key, { sha256: textOf(sha256.node) ?? '' }]];
  const what = sha256 === undefined ? 'no `sha256`' : `\`${shownScalar(sha256.node)}\` as \`sha256\``;
  reportAt(source, (sha256 ?? chart).offset, { code: 'lockfile-bad-sha256', message: `the chart \`${chart.key}\` has ${what}`, help });
  return [];
}
