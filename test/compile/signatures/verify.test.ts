import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { readSigningKey, type SigningKey } from '../../../src/compile/signatures/keys.ts';
import { judgeClaim, whyUnsigned } from '../../../src/compile/signatures/verify.ts';
import type { SignatureClaim } from '../../../src/model/claim.ts';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pem = ({ publicKey }: Pair): string => String(publicKey.export({ type: 'spki', format: 'pem' }));
function keyOf(pair: Pair): SigningKey {
  const key = readSigningKey(pem(pair), './keys/cosign.pub');
  assert.ok('key' in key, JSON.stringify(key));
  return key;
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const repository = 'ghcr.io/acme/web';

const payload = (critical: object): Buffer => Buffer.from(JSON.stringify({ critical, optional: null }));
const good = {
  identity: { 'docker-reference': 'ghcr.io/acme/web' },
  image: { 'docker-manifest-digest': digest },
  type: 'cosign container image signature',
};
const simple = (bytes: Buffer, key: KeyObject, hash: string | null = 'sha256'): SignatureClaim => ({
  form: 'simple',
  payload: bytes,
  signature: sign(hash, bytes, key).toString('base64'),
});
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://sigstore.dev/cosign/sign/v1',
};
/** A statement whose subject has a name. */
const named = (name: string) => ({ ...statement, subject: [{ name, digest: { sha256: 'a'.repeat(64) } }] });
function bundle(said: unknown, key: KeyObject, type = 'application/vnd.in-toto+json', hash: string | null = 'sha256'): SignatureClaim {
  const bytes = Buffer.from(JSON.stringify(said));
  const sealed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${bytes.length} `), bytes]);
  const signatures = [{ sig: sign(hash, sealed, key).toString('base64') }];
  return {
    form: 'bundle',
    bundle: Buffer.from(JSON.stringify({ dsseEnvelope: { payload: bytes.toString('base64'), payloadType: type, signatures } })),
  };
}
const judge = (claims: readonly SignatureClaim[], ...pairs: readonly Pair[]): string => {
  const told = judged(claims, ...pairs);
  return told === 'signed' ? told : told.why;
};
const judged = (claims: readonly SignatureClaim[], ...pairs: readonly Pair[]) => {
  const keys = (pairs.length === 0 ? [p256] : pairs).map(keyOf);
  const judged = claims.map((claim) => judgeClaim(claim, { digest, repository, keys }));
  return judged.some(({ ok }) => ok)
    ? 'signed'
    : whyUnsigned(
        judged.filter((one) => !one.ok),
        { keys },
      );
};

const accepted: readonly (readonly [title: string, claims: readonly SignatureClaim[], pair: Pair])[] = [
  ['ECDSA on P-256', [simple(payload(good), p256.privateKey)], p256],
  ['ECDSA on P-384 with SHA-256', [simple(payload(good), p384.privateKey)], p384],
  ['ECDSA on P-384 with SHA-384', [simple(payload(good), p384.privateKey, 'sha384')], p384],
  ['RSA', [simple(payload(good), rsa.privateKey)], rsa],
  ['Ed25519', [simple(payload(good), ed25519.privateKey, null)], ed25519],
  ['one of several', [simple(payload(good), rsa.privateKey), simple(payload(good), p256.privateKey)], p256],
  [
    'what names a tag, too',
    [simple(payload({ ...good, identity: { 'docker-reference': 'ghcr.io/acme/web:1.2' } }), p256.privateKey)],
    p256,
  ],
  ['a bundle', [bundle(statement, p256.privateKey)], p256],
  ['a bundle with Ed25519', [bundle(statement, ed25519.privateKey, undefined, null)], ed25519],
  ['a bundle that names the repository', [bundle(named('ghcr.io/acme/web'), p256.privateKey)], p256],
  ['a bundle that names it in another way', [bundle(named('GHCR.IO:443/acme/web:1.2'), p256.privateKey)], p256],
  ['a bundle whose name is of no repository', [bundle(named('pkg:docker/acme/db@1'), p256.privateKey)], p256],
  ['a bundle whose name may be of anything', [bundle(named('acme/db'), p256.privateKey)], p256],
  [
    'one of several names',
    [bundle({ ...statement, subject: [...named('ghcr.io/acme/db').subject, ...named('ghcr.io/acme/web').subject] }, p256.privateKey)],
    p256,
  ],
  [
    'one of several subjects',
    [bundle({ ...statement, subject: [{ digest: { sha256: 'c' } }, ...statement.subject] }, p256.privateKey)],
    p256,
  ],
];
for (const [title, claims, pair] of accepted) test(`a signature is good: ${title}`, () => assert.equal(judge(claims, pair), 'signed'));

const altered = simple(payload(good), p256.privateKey);
assert.ok(altered.form === 'simple');
const none = /^none of its signatures \(1\) is by `\.\/keys\/cosign\.pub`$/;
const refused: readonly (readonly [title: string, claims: readonly SignatureClaim[], why: RegExp])[] = [
  ['none at all', [], /^it has no signature$/],
  ['by another key', [simple(payload(good), generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)], none],
  ['of other bytes', [{ ...altered, payload: payload({ ...good, more: 1 }) }], none],
  ['no signature but a text', [{ ...altered, signature: 'hello' }], none],
  ['an empty one', [{ ...altered, signature: '' }], none],
  ['with another hash', [simple(payload(good), p256.privateKey, 'sha1')], none],
  [
    'of another image',
    [simple(payload({ ...good, image: { 'docker-manifest-digest': other } }), p256.privateKey)],
    /signed is another image$/,
  ],
  [
    'of another repository',
    [simple(payload({ ...good, identity: { 'docker-reference': 'ghcr.io/acme/db' } }), p256.privateKey)],
    /signed is this image as `ghcr\.io\/acme\/db`, and not as `ghcr\.io\/acme\/web`$/,
  ],
  ['of no repository', [simple(payload({ ...good, identity: {} }), p256.privateKey)], /and not as `ghcr\.io\/acme\/web`$/],
  ['of something else', [simple(payload({ ...good, type: 'atomic' }), p256.privateKey)], /signed is no image$/],
  ['of no JSON', [simple(Buffer.from('hello'), p256.privateKey)], /signed is no image$/],
  ['of JSON of other types', [simple(Buffer.from('{"critical":[1],"optional":7}'), p256.privateKey)], /signed is no image$/],
  [
    'a bundle of another image',
    [bundle({ ...statement, subject: [{ digest: { sha256: 'b'.repeat(64) } }] }, p256.privateKey)],
    /signed is another image$/,
  ],
  [
    'a bundle of another repository',
    [bundle(named('ghcr.io/acme/db'), p256.privateKey)],
    /signed is this image as `ghcr\.io\/acme\/db`, and not as `ghcr\.io\/acme\/web`$/,
  ],
  ['a bundle of another registry', [bundle(named('index.docker.io/acme/web'), p256.privateKey)], /as `docker\.io\/acme\/web`, and not/],
  ['a bundle of no image', [bundle({ ...statement, subject: 7 }, p256.privateKey)], /signed is another image$/],
  [
    'a bundle that states something else',
    [bundle({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }, p256.privateKey)],
    /a statement that is no signature$/,
  ],
  ['a bundle of another type', [bundle(statement, p256.privateKey, 'application/json')], /^it has no signature$/],
  ['a bundle that is none', [{ form: 'bundle', bundle: Buffer.from('[]') }], /^it has no signature$/],
  ['a bundle by another key', [bundle(statement, p384.privateKey)], none],
];
for (const [title, claims, why] of refused) test(`a signature is not good: ${title}`, () => assert.match(judge(claims), why));

test('that there are more signatures than are looked at is told with the bound, whatever was found among them', () => {
  const unread: SignatureClaim = { form: 'unread', bound: 'the newest 200 in each form' };
  const rest = '; there are more, of which only the newest 200 in each form are looked at';
  const [theirs, wrong] = [simple(payload(good), p384.privateKey), simple(Buffer.from('hello'), p256.privateKey)];
  assert.equal(judge([unread]), `no signature was found${rest}`);
  assert.equal(judge([theirs, unread]), `none of its signatures (1) is by \`./keys/cosign.pub\`${rest}`);
  assert.equal(judge([wrong, unread]), `what \`./keys/cosign.pub\` has signed is no image${rest}`);
  assert.equal(judge([simple(payload(good), p256.privateKey), unread]), 'signed');
});

test('what may be by Ed25519ph is told by that name, and what cannot be is not', () => {
  // Node knows no Ed25519ph: what it signs by are 64 bytes that do not fit, too.
  const foreign = generateKeyPairSync('ed25519');
  const claim = (hint?: Buffer): SignatureClaim => {
    const signed = bundle(statement, foreign.privateKey, undefined, null);
    assert.ok(signed.form === 'bundle');
    const material = hint === undefined ? {} : { verificationMaterial: { publicKey: { hint: hint.toString('base64') } } };
    const whole = { ...(JSON.parse(Buffer.from(signed.bundle).toString()) as object), ...material };
    return { form: 'bundle', bundle: Buffer.from(JSON.stringify(whole)) };
  };
  const hintOf = (pair: Pair): Buffer => Buffer.from(keyOf(pair).fingerprint.replace('sha256:', ''), 'hex');
  for (const one of [claim(), claim(hintOf(ed25519))]) {
    const told = judged([one], ed25519);
    assert.ok(told !== 'signed');
    assert.match(told.why, /^none of its signatures \(1\) is by `\S+`, but for what may be one by Ed25519ph, .*: that is not supported$/);
    assert.match(told.help ?? '', /^sign it with an ECDSA key/);
  }
  assert.match(judge([claim(hintOf(foreign))], ed25519), none);
  assert.match(judge([claim()], p256), none);
  assert.match(judge([bundle(statement, p256.privateKey)], ed25519), none);
});

test('one of several keys suffices, and the one is told', () => {
  const found = judgeClaim(simple(payload(good), p256.privateKey), { digest, repository, keys: [keyOf(rsa), keyOf(p256)] });
  assert.ok(found.ok);
  assert.equal(found.key.fingerprint, keyOf(p256).fingerprint);
});

test('without keys nothing is signed', () => assert.notEqual(judgeClaim(altered, { digest, repository, keys: [] }).ok, true));

const keys: readonly (readonly [title: string, text: string, problem: RegExp])[] = [
  ['a private key', String(p256.privateKey.export({ type: 'pkcs8', format: 'pem' })), /^a private key/],
  ['a private key of another form', String(p256.privateKey.export({ type: 'sec1', format: 'pem' })), /^a private key/],
  [
    'an encrypted one',
    '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----',
    /^a private key/,
  ],
  ['a text', 'hello', /^no public key in PEM$/],
  ['what is broken', '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n', /^no public key in PEM$/],
  ['one key of several', `${pem(p256)}${pem(p384)}`, /^several keys in one$/],
  ['a key with a certificate', `${pem(p256)}-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n`, /^several keys in one$/],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n', /^no public key in PEM$/],
  ['a short RSA key', pem(generateKeyPairSync('rsa', { modulusLength: 1024 })), /of a type that signs no images/],
  ['a key for something else', pem(generateKeyPairSync('x25519')), /of a type that signs no images/],
  ['another curve', pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), /of a type that signs no images/],
];
for (const [title, text, problem] of keys) {
  test(`${title} is no key that verifies, and nothing of it is told`, () => {
    const read = readSigningKey(text, undefined);
    assert.ok('problem' in read);
    assert.match(read.problem, problem);
    assert.doesNotMatch(read.problem, /abc|MH/);
  });
}
