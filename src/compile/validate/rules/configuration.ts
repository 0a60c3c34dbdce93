import { isObject, type Json, type JsonObject, objectAt, type Path, parseJson } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { configMapKey } from '../../../schema/formats.ts';
import { bytesOf, tooManyBytes } from './bytes.ts';
import { atLeast, invalid, keyed, missing } from './checks.ts';
import { textOr } from './ports.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';

/** The bytes that a ConfigMap or a Secret may hold, without the keys (core, MaxSecretSize). */
const maxBytes = 1024 * 1024;

/** How many bytes the values of a map are. */
function bytesIn(map: JsonObject, encoding: 'utf8' | 'base64'): number {
  return Object.values(map).reduce<number>((sum, value) => sum + bytesOf(value, encoding), 0);
}

function tooMuch(path: Path, bytes: number): readonly Problem[] {
  return tooManyBytes(path, { bytes, most: maxBytes, help: 'divide it, or keep it in a volume or an image' });
}

/** A ConfigMap (core validation, ValidateConfigMap). */
export const configMap: Rule = all(
  fields({ data: keyed(configMapKey), binaryData: keyed(configMapKey) }),
  object((value, path) => {
    const data = objectAt(value, 'data');
    const binary = objectAt(value, 'binaryData');
    const both = Object.keys(data).filter((key) => Object.hasOwn(binary, key));
    return [
      ...both.map((key) => invalid([...path, 'data', key], key, 'it is a key of `binaryData`, too')),
      ...tooMuch([...path, 'data'], bytesIn(data, 'utf8') + bytesIn(binary, 'base64')),
    ];
  }),
);

/** The content of a Secret: `data` in base64, over which `stringData` is laid. */
function contentOf(secret: JsonObject): JsonObject {
  const data = Object.entries(objectAt(secret, 'data')).map(([key, value]) => [key, decoded(value)]);
  return { ...Object.fromEntries(data), ...objectAt(secret, 'stringData') };
}

function decoded(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value;
}

/** What a type of Secret demands of its content and annotations. Its values are told to nobody. */
type SecretRule = (content: JsonObject, secret: JsonObject, path: Path) => readonly Problem[];

/** Whether there is a key at all: one with `null` holds no bytes, which is some. */
const isWritten = (value: Json | undefined): boolean => value !== undefined;

/** All of `keys`, where `isThere` tells what counts. */
function holds(keys: readonly string[], isThere: (value: Json | undefined) => boolean = isWritten): SecretRule {
  return (content, { type }, path) =>
    keys
      .filter((key) => !isThere(content[key]))
      .map((key) => missing([...path, 'data', key], `a Secret of type \`${textOr(type, '')}\` has it`));
}

/** JSON with an object in it under `key`. */
function holdsJson(key: string): SecretRule {
  return (content, secret, path) => {
    const lacking = holds([key], isSet)(content, secret, path);
    const text = content[key];
    if (lacking.length > 0 || typeof text !== 'string' || isJsonObject(text)) return lacking;
    return [{ code: 'field-invalid', message: `\`${key}\` is no JSON object`, path: [...path, 'data', key] }];
  };
}

function isJsonObject(text: string): boolean {
  const value = parseJson(text);
  return typeof value === 'object' && !Array.isArray(value);
}

const accountKey = 'kubernetes.io/service-account.name';

const secretTypes: Readonly<Record<string, SecretRule>> = {
  'kubernetes.io/service-account-token': (_, secret, path) =>
    isFilled(objectAt(secret, 'metadata', 'annotations')[accountKey])
      ? fine
      : [missing([...path, 'metadata', 'annotations', accountKey], 'it tells whose token it is')],
  'kubernetes.io/dockercfg': holdsJson('.dockercfg'),
  'kubernetes.io/dockerconfigjson': holdsJson('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (content, secret, path) =>
    isWritten(content['username']) || isWritten(content['password']) ? fine : holds(['username', 'password'])(content, secret, path),
  'kubernetes.io/ssh-auth': holds(['ssh-privatekey'], isFilled),
  'kubernetes.io/tls': holds(['tls.crt', 'tls.key']),
};

/** A Secret (core validation, ValidateSecret). */
export const secret: Rule = all(
  fields({ data: keyed(configMapKey), stringData: keyed(configMapKey) }),
  object((value, path) => {
    const content = contentOf(value);
    const ofType = secretTypes[textOr(value['type'], 'Opaque')];
    return [...(ofType?.(content, value, path) ?? fine), ...tooMuch([...path, 'data'], bytesIn(content, 'utf8'))];
  }),
);

/** A ControllerRevision (apps validation, ValidateControllerRevision). */
export const controllerRevision: Rule = all(
  fields({ revision: atLeast(0) }),
  object((value, path) => {
    const { data } = value;
    if (!isSet(data)) return [missing([...path, 'data'])];
    return isObject(data) ? fine : [invalid([...path, 'data'], data, 'it is an object')];
  }),
);
