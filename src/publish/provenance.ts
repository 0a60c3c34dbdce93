import { isFullId } from '../model/commit-id.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { parseJson, stringAt } from '../model/json.ts';
import { compareText } from '../model/ref.ts';
import { type Branches, isOwnBranch, type RenderedFile } from '../model/rendered.ts';
import { momentOf, type Signature } from '../model/signature.ts';
import { formatSlice } from '../model/slice.ts';
import type { SourceCommit, SourceState } from '../ports.ts';
import { holdsCredentials, type Reference, readReference } from './references.ts';
import { type SliceSources, sourcesFile, sourcesPath } from './slice-sources.ts';

/**
 * Where a rendered tree comes from. `source` is the commit that it can be made of again: it has the lock. Where the lock names another
 * commit, the rest came from that one, which the branch tells as a reference of the first.
 */
export interface Provenance {
  readonly environment: string;
  /** Where it stands, and where it is proposed. */
  readonly branches: Branches;
  readonly source: SourceState;
  /** The commit that the lock names; of one that is not here only the id is known. */
  readonly from?: SourceCommit | Pick<SourceCommit, 'commit'> | undefined;
  /** The slice that was rendered from it, and what all of them were rendered from; undefined where the source is that of the whole. */
  readonly sliced?: { readonly slice: string; readonly sources: SliceSources } | undefined;
  /** Where people find the source: declared in the config, never a clone's `origin`. */
  readonly repoURL?: string | undefined;
  /** Lockstep's. */
  readonly version: string;
  /** What it was judged and pinned by. */
  readonly judged?: Judged | undefined;
}

/** What stood beside the code when a tree was rendered. */
export interface Judged {
  /** The lock, from the root of the work tree, and its sha256 in hexadecimal; undefined when there is none. */
  readonly lock: { readonly path: string; readonly sha256: string } | undefined;
  /** The names of the policies that judged it. What they refuse is not rendered. */
  readonly policies: readonly string[];
  /** What was left out of them that day, each with its last day and the reason. */
  readonly exceptions: readonly string[];
}

/** The file that tells Argo CD's hydrator, GitOps Promoter and us which source commit a tree was rendered from. */
export const metadataPath = 'hydrator.metadata';

/** The file that tells people the same. */
export const readmePath = 'README.md';

/** Files that say where a tree comes from, and nothing of what is in it: a change of these alone makes no commit. Owners are none of them. */
export const provenancePaths: ReadonlySet<string> = new Set([metadataPath, sourcesPath, readmePath, '.gitattributes']);

/**
 * The files that `publish` adds to a rendered tree. Throws a `Failure` of input when the URL of the source holds
 * credentials.
 */
export function provenanceFiles(provenance: Provenance): readonly RenderedFile[] {
  const { repoURL } = provenance;
  if (repoURL !== undefined && holdsCredentials(repoURL)) {
    throw new Failure('source-url-credentials', 'the URL of the source holds credentials, and the rendered branch would show them', {
      help: 'take them out of the URL in the config',
      exit: exitCodes.input,
    });
  }
  return [
    { path: '.gitattributes', text: '**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true' },
    { path: readmePath, text: readme(provenance) },
    { path: metadataPath, text: metadata(provenance) },
    ...(provenance.sliced === undefined ? [] : [sourcesFile(provenance.sliced.sources)]),
  ];
}

/**
 * The message of a rendered commit: the source's, behind its id. The last paragraph says who rendered what, and credits
 * the authors.
 */
export function commitMessage(provenance: Provenance): string {
  const { source, from, environment, sliced, version } = provenance;
  const { reference, body } = readReference(source.body);
  const authors = [reference?.author, formatAuthor(source.author)].filter((author) => author !== undefined);
  const trailers = [
    ...new Set(authors.map((author) => `Co-authored-by: ${author}`)),
    `Rendered-by: lockstep/${version}`,
    `Rendered-environment: ${environment}`,
    ...(sliced === undefined ? [] : [`Rendered-slice: ${sliced.slice}`]),
    ...(from === undefined ? [] : [`Rendered-source: ${from.commit}`]),
    ...judgedTrailers(provenance.judged),
    ...(source.dirty.length > 0 ? ['Rendered-dirty: true'] : []),
  ];
  const subject = `${source.commit.slice(0, 7)}: ${source.subject}`.trim();
  return `${[subject, body, trailers.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

function judgedTrailers(judged: Judged | undefined): readonly string[] {
  if (judged === undefined) return [];
  const { lock, policies, exceptions } = judged;
  return [
    ...(lock === undefined ? [] : [`Rendered-lock: ${lock.path} sha256:${lock.sha256}`]),
    ...(policies.length === 0 ? [] : [`Rendered-policies: ${policies.join(', ')}`]),
    ...exceptions.map((exception) => `Rendered-exception: ${exception.replaceAll(/\s+/g, ' ')}`),
  ];
}

/** The source commit that a `hydrator.metadata` names, or undefined. */
export function readDrySha(text: string): string | undefined {
  const sha = stringAt(parseJson(text), 'drySha');
  return sha !== undefined && isFullId(sha) ? sha : undefined;
}

/** What Argo CD's `HydratorCommitMetadata` writes: its order of fields, empty ones left out, two spaces, Go's escapes. */
function metadata(provenance: Provenance): string {
  const { source, from, repoURL } = provenance;
  const { reference, body } = readReference(source.body);
  const references = [reference, from && referenceTo(from, repoURL)].filter((one) => one !== undefined);
  const fields = {
    repoURL,
    drySha: source.commit,
    commands: commandsFor(provenance),
    author: formatAuthor(source.author),
    date: momentOf(source.author),
    subject: source.subject || undefined,
    body: body || undefined,
    references: references.length === 0 ? undefined : references.map((one) => ({ commit: inOrder(one) })),
  };
  // Go writes these two line ends as escapes, whatever else it leaves alone.
  return `${JSON.stringify(fields, null, 2).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

function inOrder({ author, date, subject, body, sha, repoURL }: Reference): Reference {
  return {
    ...(author && { author }),
    ...(date && { date }),
    ...(subject && { subject }),
    ...(body && { body }),
    ...(sha && { sha }),
    ...(repoURL && { repoURL }),
  };
}

/** What `from` is told as: a commit that led to the one that has the lock. */
function referenceTo(from: SourceCommit | Pick<SourceCommit, 'commit'>, repoURL: string | undefined): Reference {
  const told = 'author' in from ? { author: formatAuthor(from.author), date: momentOf(from.author), subject: from.subject } : {};
  return { ...told, sha: from.commit, ...(repoURL === undefined ? {} : { repoURL }) };
}

function commandsFor({ environment, from }: Provenance): readonly string[] {
  const fetch = from === undefined ? [] : [`npx lockstep fetch ${environment}`];
  return ['npm ci', ...fetch, `npx lockstep synth ${environment}`];
}

function formatAuthor({ name, email }: Signature): string {
  return `${name} <${email}>`;
}

const dirtyWords = 'Changes that were not committed went into it too';

/** What the README of a rendered tree says of how that was made: it stays with the tree, whatever a merge makes of the commit's message. */
export function readMaking(readme: string): { readonly version: string | undefined; readonly isDirty: boolean } {
  return { version: /, by `lockstep\/([^`\s]+)`/.exec(readme)?.[1], isDirty: readme.includes(dirtyWords) };
}

function readme(provenance: Provenance): string {
  const { environment, branches, source, repoURL, version, sliced } = provenance;
  const { active, next } = branches;
  const isOwn = isOwnBranch(environment, active);
  const clone = repoURL === undefined ? [] : [`git clone ${repoURL} source`, 'cd source'];
  const dirty = source.dirty.length > 0 ? `\n${dirtyWords}, so these commands do not make the same again.\n` : '';
  return `# ${environment}

Everything here is generated: it is what the environment \`${environment}\` is in its cluster. Do not edit it. The next
publish stops at a change made here, since it would undo it; change the source instead.

## Source

It was rendered from commit \`${source.commit}\`${repoURL === undefined ? '' : ` of <${repoURL}>`}${lockedTo(provenance)}, by \`lockstep/${version}\`. To
make it again:

\`\`\`sh
${[...clone, `git checkout ${source.commit}`, ...commandsFor(provenance)].join('\n')}
\`\`\`
${dirty}${sliced === undefined ? '' : slicesTold(sliced)}
## Review

The cluster follows ${isOwn ? '' : `the folder \`${environment}\` of `}\`${active}\`. Proposals are made on \`${next}\`; merging one is deploying it:

\`\`\`sh
npx lockstep diff ${isOwn ? '' : `${environment} `}--from ${active} --to ${next}
\`\`\`

## Roll back

\`\`\`sh
npx lockstep rollback ${environment}
\`\`\`

proposes the manifests of before, \`--direct\` puts them in force at once. Both add a commit; nothing is lost.
`;
}

/** Of a tree whose slices were published alone, no one commit makes all of it. */
function slicesTold({ slice, sources }: NonNullable<Provenance['sliced']>): string {
  const lines = [...sources].map(([name, commit]) => `- ${formatSlice(name)}: \`${commit}\``).sort(compareText);
  return `
That makes ${formatSlice(slice)} again. Slices were published alone; they were rendered from:

${lines.join('\n')}
`;
}

function lockedTo({ environment, from }: Provenance): string {
  if (from === undefined) return '';
  return `, whose lock\nof \`${environment}\` says that all but the lock is of commit \`${from.commit}\``;
}
