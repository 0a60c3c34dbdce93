import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { filesOf } from './flags.ts';

/** The bearer tokens of those who work with the API server. */
export interface Tokens {
  readonly admin: string;
  readonly manager: string;
  readonly scheduler: string;
}

/** Writes what the API server knows people by: a token file, and the key that ServiceAccount tokens are signed with. Fresh each time. */
export function writeIdentities(folder: string): Tokens {
  const files = filesOf(folder);
  const tokens = { admin: newToken(), manager: newToken(), scheduler: newToken() };
  writeFileSync(files.tokens, tokenFile(tokens), { mode: 0o600 });
  writeFileSync(files.serviceAccountKey, newServiceAccountKey(), { mode: 0o600 });
  return tokens;
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The lines of `--token-auth-file`: token, user, uid, groups. RBAC has roles for the two programs already. */
function tokenFile({ admin, manager, scheduler }: Tokens): string {
  return [
    `${admin},lockstep-admin,lockstep-admin,system:masters`,
    `${manager},system:kube-controller-manager,system:kube-controller-manager`,
    `${scheduler},system:kube-scheduler,system:kube-scheduler`,
    '',
  ].join('\n');
}

function newServiceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}
