import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** Environment variables for git in tests: its own home, so that nothing of this machine's configuration counts. */
export type GitEnvironment = Readonly<Record<string, string>>;

/** A repository with a work tree, made for one test. */
export interface TestRepository {
  readonly folder: string;
  readonly env: GitEnvironment;
  /** Runs git in the folder and returns what it printed, without the newline at its end. */
  git(...args: readonly string[]): string;
  /** Writes a file of the work tree. */
  write(path: string, text: string): void;
  /** Writes files, commits everything and returns the commit's id. */
  commit(files: Readonly<Record<string, string>>, message: string): string;
}

/** An empty folder that goes when the test ends. */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** An environment for git with Ada as its user, in a home of its own. Dates stand still. */
export function gitEnvironment(home: string): GitEnvironment {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n');
  return { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', TZ: 'UTC' };
}

/** A repository without a commit. */
export function makeRepository(t: Pick<TestContext, 'after'>, options: { readonly format?: 'sha1' | 'sha256' } = {}): TestRepository {
  const root = temporaryFolder(t);
  const env = gitEnvironment(join(root, 'home'));
  const folder = join(root, 'project');
  runGitIn(root, env, 'init', '--quiet', `--object-format=${options.format ?? 'sha1'}`, folder);
  return openTestRepository(folder, env);
}

/** A bare repository to push to and fetch from. */
export function makeBareRepository(folder: string, env: GitEnvironment, format: 'sha1' | 'sha256' = 'sha1'): void {
  mkdirSync(folder, { recursive: true });
  runGitIn(folder, env, 'init', '--quiet', '--bare', `--object-format=${format}`, '.');
}

/** A repository that exists. */
export function openTestRepository(folder: string, env: GitEnvironment): TestRepository {
  const git = (...args: readonly string[]): string => runGitIn(folder, env, ...args);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const commit = (files: Readonly<Record<string, string>>, message: string): string => {
    for (const [path, text] of Object.entries(files)) write(path, text);
    git('add', '--all');
    const dates = { GIT_AUTHOR_DATE: '1767225600 +0100', GIT_COMMITTER_DATE: '1767229200 +0000' };
    runGitIn(folder, { ...env, ...dates }, 'commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  return { folder, env, git, write, commit };
}

/** Runs git and returns what it printed, without the newline at its end. */
export function runGitIn(folder: string, env: GitEnvironment, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  }).replace(/\n$/, '');
}
