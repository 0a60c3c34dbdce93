import { readAllowedSigners } from '../codec/ssh/allowed-signers.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** The file that an environment names of those who may sign, as far as it can be read. */
export interface SignersFile {
  readonly environment: string;
  readonly path: string;
  readonly text: string | undefined;
}

/** What is wrong with it. Of a keyring of OpenPGP it is not looked at whose keys it has: git's own program does that. */
export function judgeSignersFile({ environment, path, text }: SignersFile): readonly Diagnostic[] {
  const where = { environment, pointer: 'rendered.signedBy' };
  const form =
    'write a line for each key, `ada@example.com ssh-ed25519 AAAA…` (ssh-keygen(1), ALLOWED SIGNERS), or what `gpg --export` writes';
  if (text === undefined)
    return [
      {
        code: 'signers-invalid',
        severity: 'error',
        message: `the file \`${path}\` of those who may sign cannot be read`,
        at: where,
        help: form,
      },
    ];
  if (isKeyring(text)) return [];
  const { signers, problems } = readAllowedSigners(text);
  const lines = problems.map(
    ({ line, message }): Diagnostic => ({
      code: 'signers-invalid',
      severity: 'warning',
      message: `the line lets nobody sign: ${message}`,
      at: { file: path, line },
      help: 'correct it, or take it out',
    }),
  );
  if (signers.length > 0) return lines;
  const nobody: Diagnostic = {
    code: 'signers-invalid',
    severity: 'error',
    message: `the file \`${path}\` names nobody who may sign`,
    at: where,
    help: form,
  };
  return [...lines, nobody];
}

/** In letters, or as it is: a packet begins with its highest bit, which is no text, and a keybox says what it is after its first numbers. */
function isKeyring(text: string): boolean {
  return text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----') || text.startsWith('\ufffd') || text.slice(8, 12) === 'KBXf';
}
