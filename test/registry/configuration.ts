import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logOf } from '../controlplane/spawn.ts';
import type { Certificates } from './certificate.ts';
import { htpasswdLine } from './credentials.ts';
import type { TokenServer } from './token-server.ts';

/** How a registry learns who asks: not at all, by Basic authentication, or by the tokens of a server. */
export type Auth = 'none' | 'htpasswd' | 'token';

/** What a registry is told. */
export interface Setting {
  readonly auth: Auth;
  /** Whose tokens it takes. */
  readonly tokens: TokenServer | undefined;
  /** What it speaks TLS with. */
  readonly certificates: Certificates | undefined;
  /** How many tags it tells at once, at most. */
  readonly maxTags: number;
}

/** The files of a registry, in its folder. */
export function filesIn(folder: string) {
  return {
    configuration: join(folder, 'registry.json'),
    images: join(folder, 'images'),
    htpasswd: join(folder, 'htpasswd'),
    keySet: join(folder, 'keys.json'),
    ca: join(folder, 'ca.pem'),
    certificate: join(folder, 'certificate.pem'),
    key: join(folder, 'key.pem'),
  };
}

/** Writes a registry's configuration, and the files that it names. It would be YAML, of which JSON is a part. */
export function writeConfiguration(folder: string, setting: Setting): void {
  const { tokens, certificates } = setting;
  const files = filesIn(folder);
  mkdirSync(folder, { recursive: true });
  // Of an earlier registry, which listened elsewhere.
  rmSync(logOf(folder, 'registry'), { force: true });
  writeFileSync(files.configuration, JSON.stringify(configurationOf(setting, files), undefined, 2));
  if (setting.auth === 'htpasswd') writeFileSync(files.htpasswd, htpasswdLine);
  if (tokens !== undefined) writeFileSync(files.keySet, tokens.keySet);
  if (certificates === undefined) return;
  writeFileSync(files.ca, certificates.ca);
  writeFileSync(files.certificate, certificates.certificate);
  writeFileSync(files.key, certificates.key, { mode: 0o600 });
}

function configurationOf({ auth, tokens, certificates, maxTags }: Setting, files: ReturnType<typeof filesIn>) {
  const tls = certificates === undefined ? {} : { tls: { certificate: files.certificate, key: files.key } };
  return {
    version: '0.1',
    log: { level: 'info' },
    tags: { maxtags: maxTags },
    storage: { filesystem: { rootdirectory: files.images }, delete: { enabled: true }, maintenance: { uploadpurging: { enabled: false } } },
    http: { addr: '127.0.0.1:0', secret: 'of the tests', ...tls },
    auth: {
      ...(auth === 'htpasswd' ? { htpasswd: { realm: 'registry.test', path: files.htpasswd } } : {}),
      ...(tokens === undefined ? {} : { token: trustIn(tokens, files.keySet) }),
    },
  };
}

function trustIn({ realm, service, issuer }: TokenServer, jwks: string) {
  return { realm, service, issuer, jwks };
}
