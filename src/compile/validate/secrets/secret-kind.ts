import { isObject, type Json, type JsonObject, type Path, parseJson } from '../../../model/json.ts';
import { matchesIn } from './find.ts';
import { type Finding, fieldAt, secretHelp } from './finding.ts';
import { visit } from './visit.ts';

/** The annotation in which kubectl keeps the whole of what it applied, as JSON. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What a Secret holds in clear: all values that are not empty, since base64 hides nothing. Only certificates and public keys
 * are open (`ca.crt`, `tls.crt`), and what SOPS encrypted is hidden. The Secret is `value` itself, which may be a part of
 * another object (a template, a manifest to apply elsewhere).
 */
export function clearIn(value: Json, path: Path): readonly Finding[] {
  return isSecret(value) ? clearValues(value).map((one) => ({ ...one, path: [...path, ...one.path] })) : [];
}

/** The same of what kubectl noted of a Secret in the annotation `lastApplied`, at `path`. */
export function clearInApplied(text: string, path: Path): readonly Finding[] {
  const applied = parseJson(text);
  const secrets = isSecret(applied) ? clearValues(applied).flatMap((one) => one.secrets) : [];
  if (secrets.length === 0) return [];
  const message = 'the annotation of kubectl holds what was applied, a Secret in clear text';
  return [{ code: 'secret-in-clear', message, help: `remove the annotation; ${secretHelp}`, path: [...path], secrets }];
}

function isSecret(value: unknown): value is JsonObject {
  return isObject(value) && value['kind'] === 'Secret' && value['apiVersion'] === 'v1';
}

function clearValues(secret: JsonObject): readonly Finding[] {
  const isEncrypted = isObject(secret['sops']) && typeof secret['sops']['mac'] === 'string';
  return ['data', 'stringData'].flatMap((field) => {
    const values = secret[field];
    const entries: readonly Entry[] = isObject(values)
      ? Object.entries(values).map(([key, value]) => [[field, key], value])
      : [[[field], values]];
    return entries.flatMap(([path, value]): readonly Finding[] => {
      const written = textsBelow(value);
      const texts = field === 'data' ? written.map((text) => Buffer.from(text, 'base64').toString('utf8')) : written;
      const isHidden = isEncrypted && written.every(isSopsValue);
      return written.length === 0 || isHidden || texts.every(isPublic) ? [] : [clearValue(path, { written, texts })];
    });
  });
}

type Entry = readonly [path: Path, value: Json | undefined];

/** The text that a value is; where something else stands in its place, all that can be read in it. */
function textsBelow(value: Json | undefined): readonly string[] {
  const texts: string[] = [];
  visit(value, (one) => {
    if ((typeof one === 'string' && one !== '') || typeof one === 'number') texts.push(String(one));
  });
  return texts;
}

function clearValue(path: Path, { written, texts }: { readonly written: readonly string[]; readonly texts: readonly string[] }): Finding {
  const [match] = texts.flatMap((text) => matchesIn(text));
  const what = match === undefined ? '' : `, ${match.pattern.what} (\`${match.pattern.name}\`)`;
  const message = `the Secret holds ${fieldAt(path)} in clear text${what}: base64 hides nothing`;
  const pattern = match === undefined ? {} : { pattern: match.pattern.name };
  return { code: 'secret-in-clear', message, help: secretHelp, path, secrets: [...written, ...texts], ...pattern };
}

/** A value as SOPS writes it (github.com/getsops/sops: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:str]`). */
function isSopsValue(text: string): boolean {
  return /^ENC\[AES256_GCM,data:[^,]*,iv:[^,]+,tag:[^,]+,type:\w+\]$/.test(text.trim());
}

/** Whether a text is nothing but certificates, lists of revoked ones and public keys, in PEM. */
function isPublic(text: string): boolean {
  const block =
    /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE|X509 CRL|(?:RSA |EC )?PUBLIC KEY)-----[A-Za-z0-9+/=\s]{1,100000}-----END \1-----/g;
  return text.includes('-----BEGIN ') && text.replaceAll(block, '').trim() === '';
}
