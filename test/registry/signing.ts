import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** What a token lets its bearer do: `{ type: 'repository', name: 'shop/web', actions: ['pull'] }`. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What a token says beside that. */
export interface Claims {
  readonly issuer: string;
  /** The service that it is for. */
  readonly audience: string;
  readonly subject: string;
  readonly access: readonly Access[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A key that signs tokens, and what a registry needs to trust it. */
export interface SigningKey {
  /** A JSON Web Key Set (RFC 7517). */
  readonly keySet: string;
  sign(claims: Claims): string;
}

/** Makes a key that signs JSON Web Tokens (RFC 7519) as the Distribution Registry v2 Bearer token specification has them, by ES256. */
export function makeSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomUUID();
  return {
    keySet: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: id, alg: 'ES256', use: 'sig' }] }),
    sign({ issuer, audience, subject, access, issuedAt, expiresAt }) {
      const header = { typ: 'JWT', alg: 'ES256', kid: id };
      const said = { iss: issuer, aud: audience, sub: subject, iat: issuedAt, nbf: issuedAt, exp: expiresAt, jti: randomUUID(), access };
      const text = [header, said].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
  };
}
