import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type TestRepository, temporaryFolder } from './repository.ts';

/** An SSH key, made for one test. */
export interface SshKey {
  /** The private key; the public one stands beside it, as `.pub`. */
  readonly path: string;
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
}

/** A new SSH key without a passphrase, or with one. */
export function makeSshKey(t: Pick<TestContext, 'after'>, passphrase = ''): SshKey {
  const path = join(temporaryFolder(t), 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'made for a test', '-f', path]);
  return { path, publicKey: readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ') };
}

/** A file of allowed signers with these keys. */
export function allowedSigners(t: Pick<TestContext, 'after'>, keys: Readonly<Record<string, SshKey>>): string {
  const path = join(temporaryFolder(t), 'allowed_signers');
  writeFileSync(
    path,
    Object.entries(keys)
      .map(([who, { publicKey }]) => `${who} ${publicKey}\n`)
      .join(''),
  );
  return path;
}

/** Lets a repository sign all commits by an SSH key, as its configuration says. */
export function signBySsh({ git }: Pick<TestRepository, 'git'>, key: string): void {
  git('config', 'gpg.format', 'ssh');
  git('config', 'user.signingKey', key);
  git('config', 'commit.gpgSign', 'true');
}

/** A keyring with the secret key of Ada, made for one test. */
export interface Keyring {
  /** The home of GnuPG. */
  readonly home: string;
  /** The public key, as `gpg --export` writes it: in letters, or not. */
  exported(how: 'armored' | 'binary'): Buffer;
}

/** A keyring, and no process of it once the test has ended. The path is short: it is that of a socket. Throws where there is no gpg. */
export function makeKeyring(t: Pick<TestContext, 'after'>): Keyring {
  if (spawnSync('gpg', ['--version']).status !== 0) throw new Error('there is no gpg on this machine: install it (Debian: `gnupg`)');
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = (...args: readonly string[]): Buffer =>
    execFileSync('gpg', ['--batch', '--quiet', '--homedir', home, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    execFileSync('rm', ['-rf', home]);
  });
  gpg('--passphrase', '', '--quick-generate-key', 'Ada Lovelace <ada@example.com>', 'ed25519', 'sign', 'never');
  return { home, exported: (how) => gpg('--export', ...(how === 'armored' ? ['--armor'] : []), 'ada@example.com') };
}
