import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate for this machine's loopback, and the authority that vouches for it, all as PEM. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority of its own and a certificate of it for `localhost`, `registry.test` and `127.0.0.1`, good for a day (RFC 5280, ECDSA on P-256). */
export function makeCertificates(now: Date): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'Test authority', key: authority.privateKey };
  const id = createHash('sha1').update(spki(authority.publicKey)).digest();
  const ca = certificateOf({ subject: issuer.name, publicKey: authority.publicKey, issuer, now, extensions: authorityExtensions(id) });
  const certificate = certificateOf({ subject: 'localhost', publicKey: server.publicKey, issuer, now, extensions: serverExtensions(id) });
  return { ca: pem(ca), certificate: pem(certificate), key: String(server.privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

interface Wanted {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly now: Date;
  readonly extensions: readonly Buffer[];
}

/** The Certificate of RFC 5280, section 4.1. */
function certificateOf({ subject, publicKey, issuer, now, extensions }: Wanted): Buffer {
  const signed = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.of(1, ...randomBytes(8))),
    signatureAlgorithm,
    nameOf(issuer.name),
    sequence(timeOf(now, -hour), timeOf(now, 24 * hour)),
    nameOf(subject),
    spki(publicKey),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(signed, signatureAlgorithm, bits(sign('sha256', signed, issuer.key)));
}

/** A value by the Distinguished Encoding Rules: its tag, its length, and what it is made of. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...lengthOf(content.length)), content]);
}

/** In as few bytes as can be, which is the rule. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

const hour = 3_600_000;
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
const bits = (bytes: Buffer, unused = 0): Buffer => der(0x03, Buffer.of(unused), bytes);
const octets = (bytes: Buffer): Buffer => der(0x04, bytes);
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const yes = der(0x01, Buffer.of(0xff));
const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** Object identifiers as DER writes them. */
const identifiers = {
  ecdsaWithSha256: identifier('2a8648ce3d040302'),
  commonName: identifier('550403'),
  subjectKey: identifier('551d0e'),
  keyUsage: identifier('551d0f'),
  alternativeName: identifier('551d11'),
  basicConstraints: identifier('551d13'),
  authorityKey: identifier('551d23'),
  extendedKeyUsage: identifier('551d25'),
  serverAuthentication: identifier('2b06010505070301'),
} as const;

const signatureAlgorithm = sequence(identifiers.ecdsaWithSha256);

// Signing certificates is bit 5 of the usages, signing data bit 0.
const authorityExtensions = (id: Buffer): readonly Buffer[] => [
  sequence(identifiers.basicConstraints, yes, octets(sequence(yes))),
  sequence(identifiers.keyUsage, yes, octets(bits(Buffer.of(0x04), 2))),
  sequence(identifiers.subjectKey, octets(octets(id))),
];
const serverExtensions = (authority: Buffer): readonly Buffer[] => [
  sequence(identifiers.keyUsage, yes, octets(bits(Buffer.of(0x80), 7))),
  sequence(identifiers.extendedKeyUsage, octets(sequence(identifiers.serverAuthentication))),
  sequence(
    identifiers.alternativeName,
    octets(sequence(der(0x82, Buffer.from('localhost')), der(0x82, Buffer.from('registry.test')), der(0x87, Buffer.of(127, 0, 0, 1)))),
  ),
  sequence(identifiers.authorityKey, octets(sequence(der(0x80, authority)))),
];

function nameOf(text: string): Buffer {
  return sequence(der(0x31, sequence(identifiers.commonName, der(0x0c, Buffer.from(text)))));
}

/** A UTCTime: two digits of the year. */
function timeOf(now: Date, later: number): Buffer {
  const digits = new Date(now.getTime() + later).toISOString().replaceAll(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
