/** Whole values that every manual has, or that are a setting and no secret; each with digits behind it, too. */
const words = [
  ...['admin', 'administrator', 'bar', 'baz', 'demo', 'dummy', 'example', 'fake', 'foo', 'foobar', 'guest', 'root', 'sample'],
  ...['test', 'testing'],
  ...['pass', 'password', 'passwd', 'passphrase', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'pwd', 'pw', 'secret', 'token', 'key', 'apikey'],
  ...['credential', 'credentials', 'user', 'username', 'value', 'string', 'mypassword', 'mysecret', 'secretpassword', 'supersecret'],
  ...['none', 'null', 'nil', 'empty', 'unset', 'undefined', 'default', 'redacted', 'hidden', 'masked', 'auto', 'generated'],
  ...['true', 'false', 'yes', 'no', 'on', 'off', 'enabled', 'disabled', 'optional', 'required', 'always', 'never'],
  ...['postgres', 'mysql', 'redis', 'minio', 'minioadmin', 'rabbitmq', 'mongo', 'elastic', 'grafana', 'prom-operator', 'keycloak'],
];
const wholly = new RegExp(`^(?:${words.join('|')})\\d{0,4}!?$`, 'i');

/** Parts that say of the whole that somebody is to replace it. */
const partly = /change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|it|this|with)|place[-_ ]?holder|insert[-_ ]|your[-_ ]|[-_ ]here$/i;

/** Parts of keys in documents: alphabets, number lines, rows of one sign. They are too long to stand in a real key by chance. */
const examples = /example|x{6}|\*{3}|\.{3}|…|abcdefgh|12345678|01234567/i;

/**
 * Where a value is filled in later or taken from elsewhere: `$(VAR)`, `${X}`, `$X`, `{{ x }}`, `<x>`, `%x%`, `%(x)s`, `@x@`,
 * `#{x}`, and the references of vault injectors (`vault:…`, `ref+…`, `op://…`, `arn:…`), of files, and of SOPS.
 */
const references =
  /^(?:\$[({A-Za-z_]|[{<[%@#]|(?:vault|secrets?|secretref|ref|ssm|awssm|gcpsm|azkv|sops|env|file|k8s|arn|op|doppler|infisical)[:+]|ENC\[)|\$[({]|\{\{/i;

/** Whether `value` only stands where a secret will be, or is one that every reader of the manual knows. */
export function isStandIn(value: string): boolean {
  return references.test(value) || wholly.test(value) || partly.test(value) || isExample(value);
}

/** Whether a key is one of a document: a part of it says so, or it is made of too few signs. */
export function isExample(key: string): boolean {
  return examples.test(key) || isMonotonous(key);
}

/** Of twenty random signs at least eight differ, but for one in ten thousand hexadecimal ones; of fewer, at least three. */
function isMonotonous(key: string): boolean {
  return new Set(key).size < (key.length < 20 ? 3 : 8);
}
