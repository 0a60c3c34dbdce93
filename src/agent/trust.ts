import { isCommit, readSignedCommit, type SignedCommit } from '../codec/signed-commit.ts';
import { type AllowedSigners, readAllowedSigners } from '../codec/ssh/allowed-signers.ts';
import { readStatement } from '../codec/statement.ts';
import type { Refusal } from '../model/plan.ts';
import { sha256Of } from '../model/sha256.ts';
import type { FoundSignature, RenderedSource, Signers } from '../ports.ts';
import { judgeSignature } from './signature.ts';

/** Whether commits are by somebody who may sign them. */
export interface Trust {
  /**
   * Why `commit` must not be taken: neither it nor what is attested of its tree is signed by one of those who may. Undefined when it may, or
   * when nobody has to sign. Throws a `Failure` where that cannot be found out.
   */
  refusalOf(commit: string, signal: AbortSignal): Promise<Refusal | undefined>;
}

/** Nobody has to sign. */
export const anybody: Trust = { refusalOf: async () => undefined };

/** What is asked of a commit. */
interface Question {
  readonly source: RenderedSource;
  readonly environment: string;
  readonly allowed: AllowedSigners;
  readonly signal: AbortSignal;
}

/** A commit, or a note, of more bytes than this is nothing that Lockstep or a forge makes. */
const most = 1024 * 1024;

/** Commits that are known to be good: the newest, and those that slices are kept at or may go back to. */
const remembered = 100;

/**
 * Trusts those whom `signers` names at the time of each question. What was found good stays so as long as they are the same: only a commit that
 * is new costs a look at its signature.
 */
export function openTrust(signers: Signers, { source, environment }: Pick<Question, 'source' | 'environment'>): Trust {
  let good = new Set<string>();
  let by = '';
  return {
    async refusalOf(commit, signal) {
      const text = await signers.read(signal);
      const digest = sha256Of(text ?? '');
      if (digest !== by) good = new Set();
      by = digest;
      if (good.has(commit)) return undefined;
      const allowed = text === undefined ? undefined : readAllowedSigners(text);
      if (allowed === undefined || allowed.signers.length === 0) return withoutSigners(signers, text, allowed);
      const refusal = await judge(commit, { source, environment, allowed, signal });
      if (refusal === undefined) good = new Set([...good, commit].slice(-remembered));
      return refusal;
    },
  };
}

async function judge(commit: string, question: Question): Promise<Refusal | undefined> {
  const { source, environment, allowed, signal } = question;
  const own = await signatureOf(commit, question);
  if (own.state === 'good') return undefined;
  const tree = await source.treeOf(commit);
  let attested: FoundSignature | undefined;
  for await (const note of source.attestations(tree, signal)) {
    const found = note.length > most ? undefined : readSignedCommit(note, hashOf(tree));
    if (found === undefined || !isAbout(found, { tree, environment })) continue;
    attested = judgeSignature(found, allowed);
    if (attested.state === 'good') return undefined;
  }
  return untrusted({ own, attested, allowed });
}

/** Of the very bytes that the commit's id is the hash of. */
async function signatureOf(commit: string, { source, allowed }: Question): Promise<FoundSignature> {
  const bytes = await source.bytesOf(commit);
  const read = bytes.length <= most && isCommit(bytes, commit) ? readSignedCommit(bytes, hashOf(commit)) : undefined;
  return read === undefined ? { state: 'bad', format: undefined, signer: '', key: '' } : judgeSignature(read, allowed);
}

/** Whether what somebody signed is the statement on this tree, rendered for this environment. */
function isAbout(found: SignedCommit, { tree, environment }: { readonly tree: string; readonly environment: string }): boolean {
  const said = readStatement(found.message);
  return found.tree === tree && said?.tree === tree && said.environment === environment;
}

function hashOf(id: string): 'sha1' | 'sha256' {
  return id.length === 64 ? 'sha256' : 'sha1';
}

function untrusted({
  own,
  attested,
  allowed,
}: {
  readonly own: FoundSignature;
  readonly attested: FoundSignature | undefined;
  readonly allowed: AllowedSigners;
}): Refusal {
  const tree = attested === undefined ? 'nothing is attested of its tree' : `what is attested of its tree ${describe(attested)}`;
  return {
    code: 'commit-untrusted',
    message: `nobody who may has signed it: the commit ${describe(own)}, and ${tree}${linesOf(allowed)}`,
    help: 'publish it by a key that the signers name, in a repository where git signs (`lockstep publish <environment> --sign`), or add the key to them',
  };
}

function describe({ state, format, signer, key }: FoundSignature): string {
  if (format !== undefined && format !== 'ssh') return 'is signed in another format than SSH, which agents do not verify';
  switch (state) {
    case 'missing':
      return 'has no signature';
    case 'bad':
      return 'has a signature that is not of what it says';
    case 'expired':
      return `is signed by \`${signer}\`, whose key \`${key}\` was not valid then`;
    default:
      return signer === ''
        ? `is signed by the key \`${key}\`, which is none of theirs`
        : `is signed by the key \`${key}\` of \`${signer}\`, which may not sign for \`git\``;
  }
}

function withoutSigners({ place }: Signers, text: string | undefined, allowed: AllowedSigners | undefined): Refusal {
  const isKeyring = text?.includes('-----BEGIN PGP') === true;
  const what =
    text === undefined
      ? 'is not there'
      : isKeyring
        ? 'holds keys of OpenPGP, and agents verify signatures by SSH alone'
        : `names nobody${allowed === undefined ? '' : linesOf(allowed)}`;
  return {
    code: 'signers-unusable',
    message: `${place}, which says who may sign, ${what}`,
    help: 'write a line for each key, `ada@example.com ssh-ed25519 AAAA…` (ssh-keygen(1), ALLOWED SIGNERS)',
  };
}

/** The first line of the signers' file that lets nobody sign: that may be why. */
function linesOf({ problems }: AllowedSigners): string {
  const [first, ...rest] = problems;
  if (first === undefined) return '';
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more lines)`;
  return `; of the signers, line ${first.line} counts for nothing: ${first.message}${more}`;
}
