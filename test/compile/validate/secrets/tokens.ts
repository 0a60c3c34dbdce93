import { crc32 } from 'node:zlib';

/**
 * Keys and tokens of the forms that are recognised, and no real ones: they are put together here, so that nothing in the
 * repository looks like one.
 */
const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const base62 = `${digits}${upper}${lower}`;
const alphabets = { hex: '0123456789abcdef', digits, upper, base62, base64: `${base62}+/`, url: `${base62}-_`, base32: `${upper}234567` };

/** `length` signs as if by chance, and always the same ones. */
export function signs(length: number, alphabet: keyof typeof alphabets = 'base62'): string {
  let state = 12_345 + length;
  const from = alphabets[alphabet];
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return from[Math.floor((state / 2_147_483_648) * from.length)];
  }).join('');
}

/** A token of GitHub's scheme: its last six signs are a checksum of the thirty before. */
export function checksummed(prefix: string): string {
  const random = signs(30);
  let sum = crc32(random);
  let checksum = '';
  for (let i = 0; i < 6; i++) {
    checksum = `${base62[sum % 62]}${checksum}`;
    sum = Math.floor(sum / 62);
  }
  return `${prefix}_${random}${checksum}`;
}

/** A signed token with `claims`. */
export function jwt(claims: object, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signs(86, 'url')}`;
}

/** A PEM file of `kind`: `RSA PRIVATE KEY`. */
export function pem(kind: string, { headers = '', newline = '\n' }: { readonly headers?: string; readonly newline?: string } = {}): string {
  const lines = signs(256, 'base64').match(/.{64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, headers, ...lines, `-----END ${kind}-----`, ''].filter((line) => line !== '').join(newline);
}

/** What `text` is in base64. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A secret of every pattern, by its name. */
export const samples: Readonly<Record<string, readonly string[]>> = {
  'aws-access-key': [`AK${'IA'}${signs(16, 'base32')}`, `AS${'IA'}${signs(16, 'base32')}`],
  'aws-secret-key': [`aws_secret_access_key = ${signs(40, 'base64')}`, `"secretAccessKey": "${signs(40, 'base64')}"`],
  'azure-key': [
    `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${signs(86, 'base64')}==;EndpointSuffix=core.windows.net`,
    `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=all;SharedAccessKey=${signs(43, 'base64')}=`,
  ],
  'github-token': ['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map(checksummed),
  'github-fine-grained-token': [`github_${'pat'}_${signs(22)}_${signs(59)}`],
  'gitlab-token': [
    `gl${'pat'}-${signs(20)}`,
    `gl${'pat'}-${signs(27, 'url')}.01.${signs(9, 'hex')}`,
    `gl${'pat'}-${signs(44)}.${signs(9, 'hex')}`,
  ],
  'slack-token': [
    `xo${'xb'}-${signs(12, 'digits')}-${signs(13, 'digits')}-${signs(24)}`,
    `xa${'pp'}-1-A${signs(10, 'upper')}-${signs(13, 'digits')}-${signs(64, 'hex')}`,
  ],
  'slack-webhook': [`https://hooks.${'slack'}.com/services/T${signs(8, 'upper')}/B${signs(10, 'upper')}/${signs(24)}`],
  'google-api-key': [`AI${'za'}${signs(35, 'url')}`],
  'stripe-key': [`sk_${'live'}_${signs(24)}`, `rk_${'live'}_${signs(99)}`],
  'npm-token': [checksummed('npm')],
  'pypi-token': [`pypi-${'AgEIcHlwaS5vcmc'}${signs(150, 'url')}`, `pypi-${'AgENdGVzdC5weXBpLm9yZw'}${signs(150, 'url')}`],
  'private-key': [
    ...['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'].map((kind) =>
      pem(kind),
    ),
    pem('PGP PRIVATE KEY BLOCK', { headers: 'Version: GnuPG v2\n' }),
    pem('RSA PRIVATE KEY', { headers: `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,${signs(32, 'hex')}\n` }),
    JSON.stringify({ type: 'service_account', private_key_id: signs(40, 'hex'), private_key: pem('PRIVATE KEY') }),
  ],
  'kubernetes-token': [
    jwt({ iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:shop:web' }),
    jwt({ iss: 'https://kubernetes.default.svc', 'kubernetes.io': { namespace: 'shop' } }),
  ],
  jwt: [jwt({ sub: 'somebody' })],
  'kubeconfig-key': [`    client-key-data: ${base64(pem('RSA PRIVATE KEY'))}`],
  'docker-auth': [`{"auths":{"ghcr.io":{"auth":"${base64(`robot:${signs(20)}`)}"}}}`],
  'url-password': [`postgres://shop:${signs(12)}@database:5432/shop`, `redis://:${signs(16)}@cache`],
  'vault-token': [`hv${'s.'}${signs(24)}`, `hv${'b.'}${signs(140, 'url')}`],
  'anthropic-key': [`sk-${'ant'}-api03-${signs(93, 'url')}AA`],
  'openai-key': [`sk-${signs(20)}T3Blbk${'FJ'}${signs(20)}`, `sk-proj-${signs(74, 'url')}T3Blbk${'FJ'}${signs(73, 'url')}A`],
  'sendgrid-key': [`S${'G.'}${signs(22, 'url')}.${signs(43, 'url')}`],
  'twilio-token': [`TWILIO_AUTH_TOKEN=${signs(32, 'hex')}`],
  'age-key': [`AGE-${'SECRET'}-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE'}`],
};
