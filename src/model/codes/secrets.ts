import type { Explanations } from './explanation.ts';

/** Secrets that would stand in the rendered tree for everybody to read. */
export const secrets = {
  'secret-in-clear': {
    meaning:
      'A Secret of the environment holds a value. `data` is only encoded: base64 hides nothing. Certificates, public keys and what SOPS encrypted are no such values.',
    reason: 'The rendered branch is kept for ever, and whoever may read the repository can read the value.',
    remedy:
      'Let an ExternalSecret or a SealedSecret make the Secret, or make it outside (by hand, by an operator), name it under `external`, and only refer to it. Change the secret when it was ever committed. Where a value is none, or must stay for a while, allow it.',
    example:
      "allowedSecrets: [{ object: { kind: 'Secret', namespace: 'shop', name: 'demo' }, pointer: '/data/key', reason: 'LK-12', until: '2027-01-31' }]",
  },
  'secret-token': {
    meaning:
      'A text of an object, or a reason beside it, holds something that has the form of a key or a token: the message names the pattern. Text in base64 is looked into where it is the rule (Secrets, `binaryData`).',
    reason:
      'Forms like these are given to real keys: with a checksum, a mark of the issuer, a PEM envelope. Whoever reads the branch can use it.',
    remedy:
      'Take it out, revoke it, and refer to a Secret that is made outside. Is it one of a document? A part like `EXAMPLE` or `xxxxxx` says so. Else allow it for a while, by its field or by the name of the pattern.',
    example:
      "allowedSecrets: [{ object: { kind: 'ConfigMap', namespace: 'shop', name: 'web' }, pattern: 'jwt', reason: 'a public key of the CDN', until: '2027-01-31' }]",
  },
  'secret-literal': {
    meaning:
      'A field, a variable or an option has the name of a secret (`DB_PASSWORD`, `apiKey`, `--token`), and its value is written out: no reference, placeholder, path, number, name or word of a manual.',
    reason:
      'Everybody who can read the repository or the object in the cluster can read the value. Only Secrets are kept apart by access rules.',
    remedy:
      'Refer to a Secret: `valueFrom: { secretKeyRef: … }` for a variable, a mounted file for a configuration. Allow it where the value is none.',
    example: "env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } }]",
  },
  'secret-allowed': {
    meaning: '`allowedSecrets` lets a secret stand in clear text, and the day of the entry is not over.',
    reason: 'It is told each time, so that nobody forgets it.',
    remedy: 'Nothing now. Replace the secret by a reference before the day, and remove the entry.',
  },
  'allowed-secret-expired': {
    meaning: 'The day until which `allowedSecrets` let a secret stand in clear text is over: it is an error again.',
    reason: 'An exception without an end becomes the rule.',
    remedy: 'Replace the secret by a reference and remove the entry, or give a new day and reason.',
  },
  'allowed-secret-unused': {
    meaning: '`allowedSecrets` allows a secret in an object, and none is found there.',
    reason: 'The secret is gone, or the entry is misspelt. Left over, it would allow the next one without a word.',
    remedy: 'Remove the entry, or name the object and the field or pattern as the error names them.',
  },
  'allowed-secret-invalid': {
    meaning: 'An entry of `allowedSecrets` does not say what is allowed where, why, and until when.',
    reason: 'Each of them is needed: an entry allows one thing, for a reason, until a day.',
    remedy: 'Give `object`, either `pointer` or `pattern`, a `reason`, and `until` as a day.',
    example:
      "allowedSecrets: [{ object: { kind: 'Secret', namespace: 'shop', name: 'demo' }, pointer: '/data/key', reason: 'LK-12', until: '2027-01-31' }]",
  },
} as const satisfies Explanations;
