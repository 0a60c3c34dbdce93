import { createHash, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';

/** Signs as OpenSSH does, without it: written here after PROTOCOL.sshsig, so that broken signatures of all sorts can be made. */
export interface TestSigner {
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
  /** Signs as git does, or as `more` says. */
  sign(payload: Buffer, more?: SignatureOptions): string;
}

export interface SignatureOptions {
  readonly namespace?: string;
  readonly hash?: string;
  readonly version?: number;
  /** Put behind the signature. */
  readonly trailing?: Buffer;
  /** What a token says: its flags and counter. */
  readonly said?: Buffer;
  /** The RSA format. */
  readonly format?: string;
}

export const string = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** An unsigned number as an mpint. */
const mpint = (bytes: Buffer): Buffer => {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
  return string(((trimmed[0] ?? 0) & 0x80) === 0 ? trimmed : Buffer.concat([Buffer.alloc(1), trimmed]));
};

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const decoded = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');

export type TestKeyType =
  | 'ssh-ed25519'
  | 'sk-ssh-ed25519@openssh.com'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'sk-ecdsa-sha2-nistp256@openssh.com'
  | 'ssh-rsa';

const curves = {
  'ecdsa-sha2-nistp256': { curve: 'P-256', named: 'nistp256', hash: 'sha256' },
  'ecdsa-sha2-nistp384': { curve: 'P-384', named: 'nistp384', hash: 'sha384' },
  'ecdsa-sha2-nistp521': { curve: 'P-521', named: 'nistp521', hash: 'sha512' },
  'sk-ecdsa-sha2-nistp256@openssh.com': { curve: 'P-256', named: 'nistp256', hash: 'sha256' },
} as const;

const application = Buffer.from('ssh:');

interface Made {
  readonly blob: Buffer;
  readonly make: (signed: Buffer, more: SignatureOptions) => Buffer;
}

function edwards(type: TestKeyType): Made {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = decoded(publicKey.export({ format: 'jwk' }).x);
  const isHeld = type.startsWith('sk-');
  return {
    blob: Buffer.concat([string(type), string(point), ...(isHeld ? [string(application)] : [])]),
    make: (signed, more) => held(type, more, signed, (data) => Buffer.concat([string(type), string(signBytes(null, data, privateKey))])),
  };
}

function held(
  type: TestKeyType,
  { said = Buffer.from([1, 0, 0, 0, 7]) }: SignatureOptions,
  signed: Buffer,
  make: (data: Buffer) => Buffer,
) {
  if (!type.startsWith('sk-')) return make(signed);
  return Buffer.concat([make(Buffer.concat([sha256(application), said, sha256(signed)])), said]);
}

function curve(type: keyof typeof curves): Made {
  const { curve: namedCurve, named, hash } = curves[type];
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), decoded(x), decoded(y)]);
  const isHeld = type.startsWith('sk-');
  return {
    blob: Buffer.concat([string(type), string(named), string(point), ...(isHeld ? [string(application)] : [])]),
    make: (signed, more) =>
      held(type, more, signed, (data) => {
        const both = signBytes(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
        const size = both.length / 2;
        return Buffer.concat([string(type), string(Buffer.concat([mpint(both.subarray(0, size)), mpint(both.subarray(size))]))]);
      }),
  };
}

function rsa(modulusLength: number): Made {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return {
    blob: Buffer.concat([string('ssh-rsa'), mpint(decoded(e)), mpint(decoded(n))]),
    make: (signed, { format = 'rsa-sha2-512' }) =>
      Buffer.concat([string(format), string(signBytes(hashes[format] ?? 'sha1', signed, privateKey as KeyObject))]),
  };
}

const hashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** A new key that signs. */
export function testSigner(type: TestKeyType = 'ssh-ed25519', { bits = 2048 }: { readonly bits?: number } = {}): TestSigner {
  const { blob, make } = type === 'ssh-rsa' ? rsa(bits) : type in curves ? curve(type as keyof typeof curves) : edwards(type);
  return {
    publicKey: `${type} ${blob.toString('base64')}`,
    sign(payload, more = {}) {
      const { namespace = 'git', hash = 'sha512', version = 1, trailing = Buffer.alloc(0) } = more;
      const digest = createHash(hash).update(payload).digest();
      const rest = [string(namespace), string(''), string(hash)];
      const signed = Buffer.concat([Buffer.from('SSHSIG'), ...rest, string(digest)]);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(version);
      const all = Buffer.concat([Buffer.from('SSHSIG'), head, string(blob), ...rest, string(make(signed, more)), trailing]);
      const lines = all.toString('base64').match(/.{1,70}/g) ?? [];
      return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----`;
    },
  };
}

/** The bytes of a commit, and of it signed. */
export interface TestCommit {
  readonly tree: string;
  readonly parent?: string | undefined;
  readonly message?: string;
  /** Seconds since 1970. */
  readonly committed?: number;
  readonly sign?: ((payload: Buffer) => string) | undefined;
}

/** A commit as git stores it. Its id, and those in it, are of the hash that `tree` is of. */
export function commitBytes({ tree, parent, message = 'Render\n', committed = 1_767_225_600, sign }: TestCommit): Buffer {
  const who = `Ada Lovelace <ada@example.com> ${committed} +0000`;
  const headers = [`tree ${tree}`, ...(parent === undefined ? [] : [`parent ${parent}`]), `author ${who}`, `committer ${who}`];
  const payload = Buffer.from(`${headers.join('\n')}\n\n${message}`);
  if (sign === undefined) return payload;
  const key = tree.length === 64 ? 'gpgsig-sha256' : 'gpgsig';
  return Buffer.from(`${headers.join('\n')}\n${key} ${sign(payload).replaceAll('\n', '\n ')}\n\n${message}`);
}

/** The id of a commit. */
export function commitId(bytes: Buffer, hash: 'sha1' | 'sha256'): string {
  return createHash(hash).update(`commit ${bytes.length}\0`).update(bytes).digest('hex');
}
