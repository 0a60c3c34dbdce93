import { pathToFileURL } from 'node:url';
import type { Explanation } from '../model/codes/explanation.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import { sha256Of } from '../model/sha256.ts';
import { type Finding, findingsOf } from './findings.ts';
import { formatPlace } from './place.ts';

/** What a SARIF log tells beside what was found. */
export interface SarifOptions {
  /** Lockstep's own version. */
  readonly version: string;
  /** The folder that files are told from, absolute: the project's, or the repository's. */
  readonly root: string;
  readonly explanationOf: (code: Diagnostic['code']) => Explanation;
}

/** The name that stands for the folder that files are told from: the one that viewers and code scanning know. */
const base = '%SRCROOT%';

/** `diagnostics` as a SARIF 2.1.0 log (OASIS), each problem once. What code scanning shows of a rule is its explanation. */
export function sarifLog(diagnostics: readonly Diagnostic[], { version, root, explanationOf }: SarifOptions): object {
  const findings = findingsOf(diagnostics);
  const codes = [...new Set(findings.map(({ diagnostic }) => diagnostic.code))].sort();
  const fingerprints = fingerprintsOf(findings);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lockstep', semanticVersion: version, rules: codes.map((code) => rule(code, explanationOf(code))) } },
        originalUriBaseIds: {
          [base]: { uri: pathToFileURL(`${root}/`).href, description: { text: 'The folder that files are told from.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding, i) => ({
          ruleId: finding.diagnostic.code,
          ruleIndex: codes.indexOf(finding.diagnostic.code),
          level: finding.diagnostic.severity,
          message: { text: messageOf(finding) },
          locations: [location(finding.diagnostic.at)],
          partialFingerprints: { 'lockstep/v1': fingerprints[i], primaryLocationLineHash: fingerprints[i] },
          properties: { environments: finding.environments },
        })),
      },
    ],
  };
}

function rule(id: string, { meaning, reason, remedy, example }: Explanation): object {
  const text = [reason, remedy, ...(example === undefined ? [] : [example])].join('\n\n');
  const markdown = [
    `**Why it matters:** ${reason}`,
    `**What to do:** ${remedy}`,
    ...(example === undefined ? [] : [`\`\`\`\n${example}\n\`\`\``]),
  ].join('\n\n');
  return { id, shortDescription: { text: meaning }, fullDescription: { text: meaning }, help: { text, markdown } };
}

/** Braces stand for arguments of a message unless they are doubled (SARIF 2.1.0, 3.11.5). */
function messageOf(finding: Finding): string {
  const { diagnostic, environments } = finding;
  const { message, help } = diagnostic;
  const where = environments.length === 0 ? '' : ` (in ${environments.join(', ')})`;
  // Viewers would show lines of the work tree for those of a commit.
  const place = diagnostic.at.commit === undefined ? '' : `\nat ${formatPlace(finding)}`;
  const text = `${message}${where}${place}${help === undefined ? '' : `\nhelp: ${help}`}`;
  return text.replaceAll(/[{}]/g, '$&$&');
}

function location({ commit, file, line, column, construct, object, pointer }: Place): object {
  const ref = object === undefined ? undefined : formatRef(object);
  const logicalLocations = [
    ...(construct === undefined ? [] : [{ fullyQualifiedName: construct, kind: 'construct' }]),
    ...(ref === undefined ? [] : [{ fullyQualifiedName: ref, kind: 'object' }]),
    ...(pointer === undefined ? [] : [{ name: pointer, fullyQualifiedName: `${ref ?? ''}#${pointer}`, kind: 'value' }]),
  ];
  const region = line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  return {
    ...(file === undefined || commit !== undefined ? {} : { physicalLocation: { artifactLocation: artifact(file), ...region } }),
    ...(logicalLocations.length === 0 ? {} : { logicalLocations }),
  };
}

/** A file below the folder is told from it. */
function artifact(file: string): object {
  if (file.startsWith('/')) return { uri: pathToFileURL(file).href };
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: base };
}

/**
 * What a problem is known by in the next run, though the lines above it were moved: everything but numbers of lines. Problems that
 * are alike in all of it are counted.
 */
function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ diagnostic: { code, message, at } }) => {
    const words = message.replaceAll(/(\.\w+):\d+(?::\d+)?/g, '$1');
    const parts = [
      code,
      words,
      ...(at.commit === undefined ? [] : [at.commit]),
      at.file,
      at.construct,
      at.object && keyOf(at.object),
      at.pointer,
    ];
    const hash = sha256Of(JSON.stringify(parts)).slice(0, 32);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
