import { decoded, hasAlgorithm, hasChecksum, isKubernetes, isUserAndPassword } from './checks.ts';
import { isStandIn } from './stand-in.ts';

/** A form of key or token that tells by itself what it is. */
export interface SecretPattern {
  /** Stable: `allowedSecrets` names it, and messages do. */
  readonly name: string;
  /** For people: `a GitHub token`. */
  readonly what: string;
  /** A text that has none of these cannot match. Looking for them is much cheaper than the expression. */
  readonly markers: readonly string[];
  /** Its markers stand in many texts that hold no secret. */
  readonly isFrequent?: true;
  /** Global, and linear in the text: every repetition has a bound. The group `secret` is the secret, where it is not all. */
  readonly expression: RegExp;
  /** Whether what matched is one: its checksum, what it decodes to, whom a document gives it as an example to. */
  isSecret?(secret: string, matched: string): boolean;
}

const before = String.raw`(?<![\w-])`;
const after = String.raw`(?![\w-])`;
/** Between the name of a setting and its value: in YAML, JSON, properties, and scripts. */
const assigned = String.raw`["']?\s{0,5}[:=]\s{0,5}["']?`;

/**
 * The forms as their issuers document them. What is only a name for a key (the SID of a Twilio key) stands in none, and a
 * key without a form of its own is found by the name of its field, or by what stands before it in a text.
 */
export const secretPatterns: readonly SecretPattern[] = [
  {
    name: 'aws-access-key',
    what: 'an AWS access key id',
    markers: ['AKIA', 'ASIA'],
    expression: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  },
  {
    name: 'aws-secret-key',
    what: 'an AWS secret access key',
    markers: ['ecret_access_key', 'SECRET_ACCESS_KEY', 'ecretAccessKey', 'ecret-access-key'],
    expression: new RegExp(`secret[_-]?access[_-]?key${assigned}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`, 'gi'),
  },
  {
    name: 'azure-key',
    what: 'an Azure account key',
    markers: ['AccountKey=', 'SharedAccessKey='],
    expression: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)/g,
    // The key of every storage emulator is public.
    isSecret: (secret) => !secret.startsWith('Eby8vdM02xNO'),
  },
  {
    name: 'github-token',
    what: 'a GitHub token',
    markers: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    expression: /(?<![A-Za-z0-9])gh[pousr]_(?<secret>[A-Za-z0-9]{36})(?![A-Za-z0-9])/g,
    isSecret: hasChecksum,
  },
  {
    name: 'github-fine-grained-token',
    what: 'a GitHub token',
    markers: ['github_pat_'],
    expression: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/g,
  },
  {
    name: 'gitlab-token',
    what: 'a GitLab token',
    markers: ['glpat-'],
    expression: new RegExp(
      String.raw`${before}glpat-(?:[\w-]{27,300}\.(?:[0-9a-z]{2}\.)?[0-9a-z]{9}(?![0-9A-Za-z])|[\w-]{20}${after})`,
      'g',
    ),
  },
  {
    name: 'slack-token',
    what: 'a Slack token',
    markers: ['xoxa-', 'xoxb-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    expression: new RegExp(
      String.raw`${before}(?:xox[abprs]-\d{10,13}-[A-Za-z0-9-]{20,200}|xapp-\d-[A-Z0-9]{8,15}-\d{10,15}-[a-f0-9]{64})${after}`,
      'g',
    ),
  },
  {
    name: 'slack-webhook',
    what: 'the URL of a Slack webhook',
    markers: ['hooks.slack.com/'],
    expression: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9+/]{40,80})/g,
  },
  {
    name: 'google-api-key',
    what: 'a Google API key',
    markers: ['AIza'],
    expression: new RegExp(String.raw`${before}AIza[\w-]{35}${after}`, 'g'),
  },
  {
    name: 'stripe-key',
    what: 'a Stripe live key',
    markers: ['sk_live_', 'rk_live_'],
    expression: /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{20,247}/g,
  },
  {
    name: 'npm-token',
    what: 'an npm token',
    markers: ['npm_'],
    expression: /(?<![A-Za-z0-9])npm_(?<secret>[A-Za-z0-9]{36})(?![A-Za-z0-9])/g,
    isSecret: hasChecksum,
  },
  {
    name: 'pypi-token',
    what: 'a PyPI token',
    // What a macaroon for pypi.org, and one for test.pypi.org, begins with.
    markers: ['pypi-AgEIcHlwaS5vcmc', 'pypi-AgENdGVzdC5weXBpLm9yZw'],
    expression: /pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)[\w-]{50,1000}/g,
  },
  {
    name: 'private-key',
    what: 'a private key',
    markers: ['PRIVATE KEY'],
    // A text about keys has the first line, too: only with forty signs of base64 below it there is a key. Headers may stand
    // between (RFC 1421), and line ends may be written as `\n`, as in JSON.
    expression:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]){0,20}(?:[A-Za-z-]{1,20}: [^\r\n\\]{0,100}(?:[\r\n]|\\[nr])(?:\s|\\[nr]){0,8}){0,4}(?<secret>[A-Za-z0-9+/]{40}(?:[A-Za-z0-9+/=\s]|\\[nr]){0,20000})/g,
  },
  {
    name: 'kubernetes-token',
    what: 'a token of a Kubernetes service account',
    markers: ['eyJ'],
    expression: jwt(),
    isSecret: (token) => hasAlgorithm(token) && isKubernetes(token),
  },
  {
    name: 'jwt',
    what: 'a signed token (JWT)',
    markers: ['eyJ'],
    expression: jwt(),
    isSecret: (token) => hasAlgorithm(token) && !isKubernetes(token),
  },
  {
    name: 'kubeconfig-key',
    what: 'a kubeconfig with a client key',
    markers: ['client-key-data'],
    expression: new RegExp(`client-key-data${assigned}(?<secret>[A-Za-z0-9+/]{60,20000}={0,2})`, 'g'),
    isSecret: (secret) => decoded(secret).includes('PRIVATE KEY'),
  },
  {
    name: 'docker-auth',
    what: 'credentials of a registry',
    markers: ['"auth"'],
    expression: /"auth"\s{0,5}:\s{0,5}"(?<secret>[A-Za-z0-9+/]{8,4000}={0,2})"/g,
    isSecret: (secret) => isUserAndPassword(decoded(secret)),
  },
  {
    name: 'url-password',
    what: 'a URL with a password',
    markers: ['://'],
    isFrequent: true,
    expression: /:\/\/[^\s/?#:@"'`<>\\]{0,100}:(?<secret>[^\s/?#@"'`<>\\]{4,200})@(?!sha\d{3}:)[\w.[-]{1,253}/g,
    // Hosts of documents (RFC 2606). What stands before `@sha256:` is the tag of an image.
    isSecret: (secret, url) => !isStandIn(secret) && !/@(?:[\w-]+\.)*(?:example(?:\.(?:com|org|net))?|test|invalid)$/.test(url),
  },
  {
    name: 'vault-token',
    what: 'a Vault token',
    markers: ['hvs.', 'hvb.', 'hvr.'],
    expression: new RegExp(String.raw`(?<![\w.-])hv[sbr]\.(?<secret>[\w-]{24,1000})${after}`, 'g'),
    // The name of a host has no capitals.
    isSecret: (secret) => /[A-Z]/.test(secret) && /[a-z]/.test(secret) && /\d/.test(secret),
  },
  {
    name: 'anthropic-key',
    what: 'an Anthropic key',
    markers: ['sk-ant-'],
    expression: new RegExp(String.raw`${before}sk-ant-[a-z]{3,8}\d{2}-[\w-]{80,200}${after}`, 'g'),
  },
  {
    name: 'openai-key',
    what: 'an OpenAI key',
    // `OpenAI` in base64, in the midst of every key.
    markers: ['T3BlbkFJ'],
    expression: new RegExp(String.raw`${before}sk-[\w-]{16,100}T3BlbkFJ[\w-]{16,100}${after}`, 'g'),
  },
  {
    name: 'sendgrid-key',
    what: 'a SendGrid key',
    markers: ['SG.'],
    expression: new RegExp(String.raw`(?<![\w.-])SG\.[\w-]{22}\.[\w-]{43}${after}`, 'g'),
  },
  {
    name: 'twilio-token',
    what: 'a Twilio auth token',
    markers: ['TWILIO_AUTH_TOKEN', 'twilio_auth_token', 'twilio-auth-token', 'wilioAuthToken'],
    expression: new RegExp(`twilio[_-]?auth[_-]?token${assigned}(?<secret>[0-9a-f]{32})(?![0-9a-f])`, 'gi'),
  },
  {
    name: 'age-key',
    what: 'an age secret key',
    markers: ['AGE-SECRET-KEY-1'],
    // The letters and digits of Bech32 (BIP 173).
    expression: /AGE-SECRET-KEY-1(?<secret>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})/g,
  },
];

function jwt(): RegExp {
  return new RegExp(String.raw`(?<![\w.-])eyJ[\w-]{10,4000}\.eyJ[\w-]{4,20000}\.[\w-]{16,2000}${after}`, 'g');
}
