import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../controlplane/port.ts';

/** A git server behind sshd, on loopback, for whoever holds the client key. */
export interface GitSshServer {
  /** The URL of a repository at an absolute path. */
  url(path: string): string;
  /** The variables that make ssh use the client key and know the server's. */
  readonly env: { readonly GIT_SSH_COMMAND: string };
  /** The same for a client that knows another key of the server. */
  readonly strangerEnv: { readonly GIT_SSH_COMMAND: string };
  /** The client key, and what the client knows of servers: of this one, and of one with another key. */
  readonly identity: string;
  readonly knownHosts: string;
  readonly strangerHosts: string;
  /** Lets in whoever holds a new key, and nobody else from now on. Returns it. */
  renewKey(): string;
  close(): Promise<void>;
}

/**
 * Starts an sshd of its own in `folder`: own host key, own port, nothing of the machine's configuration. Needs the
 * program `sshd` (Debian: openssh-server) and, as root, the user that its package makes.
 */
export async function startGitSsh({ folder }: { readonly folder: string }): Promise<GitSshServer> {
  const program = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
  if (program === undefined) throw new Error('this test needs sshd: apt-get install openssh-server');
  for (const key of ['host', 'client', 'other']) makeKey(join(folder, key));
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, readKey(join(folder, 'client')));
  chmodSync(authorized, 0o600);
  // As root, sshd separates privileges and insists on this folder.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const options = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: join(folder, 'host'),
    AuthorizedKeysFile: authorized,
    PidFile: 'none',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    UsePAM: 'no',
    StrictModes: 'no',
    PermitRootLogin: 'prohibit-password',
  };
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    Object.entries(options)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const server = spawn(program, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await listening(port);
  return {
    url: (path) => `ssh://${userInfo().username}@127.0.0.1:${port}${path}`,
    env: { GIT_SSH_COMMAND: sshCommand(folder, { port, known: 'host' }) },
    strangerEnv: { GIT_SSH_COMMAND: sshCommand(folder, { port, known: 'other' }) },
    identity: readFileSync(join(folder, 'client'), 'utf8'),
    knownHosts: hostsIn(folder, { port, known: 'host' }),
    strangerHosts: hostsIn(folder, { port, known: 'other' }),
    renewKey() {
      const key = sshKey(folder, 'renewed');
      writeFileSync(authorized, readKey(join(folder, 'renewed')));
      return key;
    },
    close: async () => {
      server.kill();
      await ended;
    },
  };
}

/** A new private key in the form of OpenSSH, which is also the file `name` of `folder`. */
export function sshKey(folder: string, name: string, passphrase = ''): string {
  makeKey(join(folder, name), passphrase);
  return readFileSync(join(folder, name), 'utf8');
}

function makeKey(path: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', path]);
}

function readKey(path: string): string {
  return execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' });
}

function sshCommand(folder: string, { port, known }: { readonly port: number; readonly known: string }): string {
  const hosts = join(folder, `known_hosts_${known}`);
  writeFileSync(hosts, hostsIn(folder, { port, known }));
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${hosts}`];
  return `ssh -F /dev/null -i ${join(folder, 'client')} ${options.map((option) => `-o${option}`).join(' ')}`;
}

function hostsIn(folder: string, { port, known }: { readonly port: number; readonly known: string }): string {
  return `[127.0.0.1]:${port} ${readKey(join(folder, known))}`;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await answers(port)) return;
    await sleep(50);
  }
  throw new Error('sshd did not start');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
