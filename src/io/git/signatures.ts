import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import type { FoundSignature, SignatureFormat } from '../../ports.ts';
import { requireId } from './names.ts';
import { formatOfId } from './objects.ts';
import { type Git, gitText, runGit } from './run.ts';

/** Whom to trust. */
interface Trust {
  /** The project's folder: a path of `signers` may be relative to it. */
  readonly folder: string;
  /** A file with the only ones to trust; undefined: those whom git's own configuration trusts. */
  readonly signers: string | undefined;
}

/** What the signature of a commit says, and whether it is by somebody to trust. */
export async function readSignature(git: Git, commit: string, { folder, signers }: Trust): Promise<FoundSignature> {
  const format = await formatOf(git, commit);
  const file = signers === undefined ? undefined : await readSigners(resolve(folder, signers), signers);
  if (format === undefined) return { state: 'missing', format, signer: '', key: '' };
  if (file === undefined) {
    if (format === 'ssh') await requireAllowedSigners(git);
    return ask(git, commit, { format, atLeast: await leastTrust(git) });
  }
  // Whom the file does not name is not trusted, whatever else this machine knows of them.
  if (file.format !== format) return { state: 'untrusted', format, signer: '', key: '' };
  if (file.format === 'ssh') return ask(withSettings(git, [`gpg.ssh.allowedSignersFile=${file.path}`]), commit, { format });
  return withKeyring(file.keys, (home) => ask({ ...git, env: { ...git.env, GNUPGHOME: home } }, commit, { format }));
}

/**
 * How a commit is signed, by the first line of its signature: of the header that git looks at, whatever other headers, or signs that end a
 * line elsewhere, somebody wrote before it. What git takes for another format would be judged by the rules of the wrong one.
 */
async function formatOf(git: Git, commit: string): Promise<SignatureFormat | undefined> {
  const { stdout } = await runGit(git, ['cat-file', 'commit', requireId(commit)]);
  const [head = ''] = stdout.toString('latin1').split('\n\n');
  const header = formatOfId(commit) === 'sha256' ? 'gpgsig-sha256 ' : 'gpgsig ';
  const first = head.split('\n').find((line) => line.startsWith(header));
  const armor = first && /^-----BEGIN ([A-Z ]+)-----/.exec(first.slice(header.length))?.[1];
  return first === undefined ? undefined : (formats.get(armor ?? '') ?? 'openpgp');
}

const formats: ReadonlyMap<string, SignatureFormat> = new Map([
  ['SSH SIGNATURE', 'ssh'],
  ['SIGNED MESSAGE', 'x509'],
  ['PGP SIGNATURE', 'openpgp'],
]);

/** How far a key is trusted, in git's words (`%GT` of git-log, `gpg.minTrustLevel`), from least to most. */
const levels = ['never', 'undefined', 'marginal', 'fully', 'ultimate'];

/**
 * How far it has to be. A key of OpenPGP need not be in a web of trust: the keyring is what is trusted. A certificate of X.509 comes with the
 * signature itself, whoever made it, and a key of SSH that no line allows fits it, too.
 */
const least: Readonly<Record<SignatureFormat, string>> = { openpgp: 'undefined', ssh: 'marginal', x509: 'marginal' };

/** What git's letters mean (`%G?` of git-log), where the key is trusted far enough. */
const states: Readonly<Record<string, FoundSignature['state']>> = {
  G: 'good',
  U: 'good',
  B: 'bad',
  X: 'expired',
  Y: 'expired',
  R: 'revoked',
  E: 'untrusted',
};

async function ask(git: Git, commit: string, { format, atLeast = '' }: Asked): Promise<FoundSignature> {
  const asked = (what: string): readonly string[] => ['log', '-1', '--no-show-signature', `--format=${what}`, requireId(commit)];
  const { stdout, stderr } = await runGit(git, asked('%G?%x00%GS%x00%GF'));
  if (/cannot run |cannot spawn /.test(stderr)) throw withoutProgram(format, stderr);
  const [letter = '', signer = '', key = ''] = stdout.toString('utf8').trimEnd().split('\0');
  const state = states[letter] ?? 'bad';
  if (state !== 'good') return { state, format, signer, key };
  // Git may have no level to tell of a key that it takes for trusted.
  const level = letter === 'G' && atLeast === '' ? least[format] : await gitText(git, asked('%GT'));
  const needed = Math.max(levels.indexOf(least[format]), levels.indexOf(atLeast));
  // Who signed is not known, whatever name the key has.
  return levels.indexOf(level) < needed ? { state: 'untrusted', format, signer: '', key } : { state, format, signer, key };
}

interface Asked {
  readonly format: SignatureFormat;
  /** How far a key has to be trusted, where git is told. */
  readonly atLeast?: string;
}

/** The level that git's configuration asks for: of a file's keys it says nothing. */
async function leastTrust(git: Git): Promise<string> {
  const { stdout } = await runGit(git, ['config', '--get', 'gpg.minTrustLevel'], { answers: [0, 1] });
  return stdout.toString('utf8').trim().toLowerCase();
}

function withSettings(git: Git, settings: readonly string[]): Git {
  return { ...git, before: [...git.before, ...settings.flatMap((setting) => ['-c', setting])] };
}

/** Without it git takes every signature for bad. */
async function requireAllowedSigners(git: Git): Promise<void> {
  const { exit } = await runGit(git, ['config', '--get', 'gpg.ssh.allowedSignersFile'], { answers: [0, 1] });
  if (exit === 0) return;
  throw new Failure('signers-missing', 'the commit is signed by SSH, and git is not told whom to trust: `gpg.ssh.allowedSignersFile`', {
    help: 'name a file with the allowed signers: `--signed-by <file>`',
    exit: exitCodes.input,
  });
}

/** Those to trust: the path of a file of SSH's, or the keys of OpenPGP. */
type Signers = { readonly format: 'ssh'; readonly path: string } | { readonly format: 'openpgp'; readonly keys: Buffer };

async function readSigners(path: string, shown: string): Promise<Signers> {
  try {
    const bytes = await readFile(path);
    const armored = bytes.toString('latin1').includes('-----BEGIN PGP PUBLIC KEY BLOCK-----');
    if (armored) return { format: 'openpgp', keys: withoutArmor(bytes.toString('latin1')) };
    // A packet of OpenPGP begins with its highest bit; a keybox says so after its first numbers.
    const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0 || bytes.subarray(8, 12).toString('latin1') === 'KBXf';
    return isBinary ? { format: 'openpgp', keys: bytes } : { format: 'ssh', path };
  } catch (cause) {
    throw new Failure('signers-unreadable', `the file \`${shown}\` of those who may sign cannot be read: ${messageOf(cause)}`, {
      help: 'name a file of SSH keys (`ada@example.com ssh-ed25519 AAAA…`, see ssh-keygen(1)), or of keys that `gpg --export` wrote',
      exit: exitCodes.input,
      cause,
    });
  }
}

/** The keys of all blocks of an armored text (RFC 9580, section 6.2), one behind the other. */
function withoutArmor(text: string): Buffer {
  const blocks = text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/g);
  const bytes = [...blocks].map(([, block = '']) => {
    const lines = block.split(/\r?\n/);
    // Headers end with an empty line; a last line that begins with `=` is a checksum.
    const body = lines.slice(lines.indexOf('') + 1).filter((line) => !line.startsWith('='));
    return Buffer.from(body.join(''), 'base64');
  });
  return Buffer.concat(bytes);
}

/** A home of GnuPG for one question, in which there are these keys and no others. No process stays behind. */
async function withKeyring<T>(keys: Buffer, act: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'lockstep-keys-'));
  try {
    const ring = join(home, 'signers.gpg');
    await writeFile(ring, keys);
    await writeFile(join(home, 'gpg.conf'), `no-default-keyring\nkeyring ${ring}\nno-autostart\nno-auto-key-retrieve\nbatch\n`);
    return await act(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function withoutProgram(format: SignatureFormat, stderr: string): Failure {
  const program = format === 'ssh' ? 'ssh-keygen' : format === 'x509' ? 'gpgsm' : 'gpg';
  return new Failure('signature-program', `the signature cannot be looked at: \`${program}\` does not run: ${stderr.trim()}`, {
    help: `install it, or tell git where it is`,
  });
}
