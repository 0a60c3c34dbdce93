import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Installer } from './packages.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables that package managers need, in any case of letters: where programs and the user's settings are, how the network is reached,
 * what they are told themselves (with the tokens of their registries), and how git reaches packages that are repositories. Nothing else: what
 * a job knows to deploy is nothing to them.
 */
const needed: readonly RegExp[] = [
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|TZ|CI|XDG_\w+)$/i,
  /^(?:HTTP_PROXY|HTTPS_PROXY|NO_PROXY|ALL_PROXY|PROXY|NOPROXY)$/i,
  /^(?:NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|NODE_USE_ENV_PROXY|SSL_CERT_FILE|SSL_CERT_DIR)$/i,
  /^(?:NPM_CONFIG_|PNPM_|YARN_|BUN_|COREPACK_)\w*/i,
  /^(?:NPM_TOKEN|NODE_AUTH_TOKEN)$/i,
  /^(?:SSH_AUTH_SOCK|GIT_SSH|GIT_SSH_COMMAND|GIT_CONFIG_GLOBAL)$/i,
  /^(?:SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAMDATA|PROGRAMFILES)$/i,
];

/** The variables that a package manager gets of those that are there. Yarn, of any version, is itself then, and no file of the project, and lets no package run. */
export function variablesFor(env: Variables): Variables {
  const passed = Object.entries(env).filter(([name]) => needed.some((one) => one.test(name)));
  return { ...Object.fromEntries(passed), YARN_IGNORE_PATH: '1', YARN_ENABLE_SCRIPTS: 'false' };
}

/**
 * Settings of Yarn 2 and newer that make it run code of the project, or read another lock than was looked at. No variable turns them off in
 * all of its versions.
 */
const running = ['plugins', 'yarnPath', 'enableConstraintsChecks', 'lockfileFilename'];

/** Takes settings that run code out of what Yarn reads in the tree, and returns what puts them back. */
export function withoutPlugins({ command, folders }: Installer): () => void {
  const changed: (readonly [path: string, text: string])[] = [];
  for (const folder of command === 'yarn' ? folders : []) {
    const path = join(folder, '.yarnrc.yml');
    const text = readText(path);
    const document = parseDocument(text ?? '');
    if (text === undefined || !isMap(document.contents) || !running.some((name) => document.has(name))) continue;
    for (const name of running) document.delete(name);
    changed.push([path, text]);
    writeFileSync(path, document.toString());
  }
  return () => {
    for (const [path, text] of changed) writeFileSync(path, text);
  };
}

/** Throws the `Failure` `packages-failed` where Bun would run a package that scans what is installed: nothing turns that off. */
export function refuseScanner({ command, folders }: Installer): void {
  const files = command === 'bun' ? folders.map((folder) => join(folder, 'bunfig.toml')) : [];
  if (!files.some((path) => mayNameScanner(readText(path) ?? ''))) return;
  throw new Failure('packages-failed', '`bunfig.toml` names a scanner, or may do so: installing would run code of a package', {
    help: 'a commit that needs packages of its own is installed without running any: promote one that has neither the word nor escapes there',
    exit: exitCodes.input,
  });
}

/**
 * Whether settings of Bun may name a scanner. TOML writes a key in many ways: the word counts wherever it stands, and so does an escape that
 * may stand for one of its letters.
 */
function mayNameScanner(text: string): boolean {
  return text.includes('scanner') || /\\[^"bfnrt]/.test(text.replaceAll('\\\\', ''));
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
