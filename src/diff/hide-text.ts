import { extent, matchAt, type Span } from './extent.ts';

/** What stands in place of a secret. */
export const hiddenText = '…';

/** What may be the name of a value, in any format. */
const candidate = /[A-Za-z_][\w.-]*/g;

/** Where no secret is called anything: most texts. */
const suspicious = /pass|pw|secret|token|cred|hmac|key|conn|webhook|pat|auth|dsn|jwt|bearer/i;

/** Another object in a text, of which nothing is shown. */
const secretObject = /["']?kind["']?\s*:\s*["']?Secret\b/;

/**
 * A text without what is given to names of secrets in it: options of commands, variables, lines of YAML, JSON, TOML, INI, XML and
 * `name value`. Where it cannot be told how far a value goes, the rest of the line, or of the text, is hidden.
 */
export function withoutAssigned(text: string, isSecretName: (name: string) => boolean): string {
  if (!suspicious.test(text)) return text;
  if (text.includes('\n') && secretObject.test(text)) return hiddenText;
  return withoutGiven(withoutValuesBefore(text, isSecretName), isSecretName);
}

/** `value: …`, and its name behind it. */
function withoutValuesBefore(text: string, isSecretName: (name: string) => boolean): string {
  const before =
    /(\bvalue[\\"']*\s*[:=]\s*[\\"']*)([^\n]{1,2000}?)([\\"']*\s*[,;]?\s*[\\"']*(?:name|key)[\\"']*\s*[:=]\s*[\\"']*)([\w.-]+)/gi;
  return text.replaceAll(before, (all, start: string, _: string, between: string, name: string) =>
    isSecretName(name) ? `${start}${hiddenText}${between}${name}` : all,
  );
}

function withoutGiven(text: string, isSecretName: (name: string) => boolean): string {
  let shown = '';
  let from = 0;
  for (const { 0: name, index } of text.matchAll(candidate)) {
    if (index < from || !isSecretName(name)) continue;
    const value = valueGivenTo(text, name, index);
    if (value === undefined || value.end <= value.start) continue;
    shown += `${text.slice(from, value.start)}${hiddenText}`;
    from = value.end;
  }
  return shown + text.slice(from);
}

/** What lets anybody write who knows it: the end of the URL of a webhook, whichever service it is of. */
const webhook = /(\/(?:webhooks?|webhookb2|hooks)\/|hooks\.slack\.com\/\w+\/)[^\s"'`<>]{16,}/gi;

/** A text without what URLs in it say in secret: queries that give something to names of secrets, and webhooks. */
export function withoutUrlSecrets(text: string, isSecretName: (name: string) => boolean): string {
  return text
    .replaceAll(webhook, (_, start: string) => `${start}${hiddenText}`)
    .replaceAll(/([?&])([\w.-]+)=[^&\s`"']+/g, (all, sign: string, name: string) =>
      isSecretName(name) ? `${sign}${name}=${hiddenText}` : all,
    );
}

/** What is given to the name at `index`; undefined where it stands there for itself. */
function valueGivenTo(text: string, name: string, index: number): Span | undefined {
  const after = index + name.length;
  return sectionOf(text, index, after) ?? elementOf(text, name, index) ?? valueBeside(text, index, after) ?? given(text, index, after);
}

/** `[credentials]` alone on a line: what comes up to the next one. */
function sectionOf(text: string, index: number, after: number): Span | undefined {
  const begin = text.lastIndexOf('\n', index - 1) + 1;
  const rest = matchAt(/[\w."'-]*\]+[^\S\n]*(?:[#;].*)?\n/y, text, after);
  if (rest === undefined || !/^\s*\[+[\w."'-]*$/.test(text.slice(begin, index))) return undefined;
  const start = after + rest.length;
  const next = text.slice(start).search(/^\s*\[/m);
  return { start, end: next < 0 ? text.length : start + next };
}

/** `<password>…</password>`. */
function elementOf(text: string, name: string, index: number): Span | undefined {
  const isElement = text[index - 1] === '<' || /<\w+:$/.test(text.slice(Math.max(0, index - 50), index));
  const rest = isElement ? matchAt(/[^>]*>/y, text, index + name.length) : undefined;
  if (rest === undefined || rest.endsWith('/>')) return undefined;
  const start = index + name.length;
  const close = text.slice(start).search(new RegExp(`</(?:\\w+:)?${name.replaceAll('.', '\\.')}`));
  return { start: rest === '>' ? start + 1 : start, end: close < 0 ? text.length : start + close };
}

/** `name: DB_PASSWORD`, and beside it `value: …`; `<property name="password">…<`. */
function valueBeside(text: string, index: number, after: number): Span | undefined {
  if (!/(?:name|key)[\\"']*\s*[:=]\s*[\\"']*$/i.test(text.slice(Math.max(0, index - 40), index))) return undefined;
  const inside = matchAt(/[\\"']+\s*>/y, text, after);
  if (inside !== undefined) {
    const start = after + inside.length;
    const end = text.indexOf('<', start);
    return { start, end: end < 0 ? text.length : end };
  }
  const beside = matchAt(/[\\"']*[\s,;]*[\\"']*value[\\"']*\s*[:=]/iy, text, after);
  return beside === undefined ? undefined : extent(text, index, after + beside.length);
}

/** `name: …`, `name=…`, `"name": …`, `name …`. */
function given(text: string, index: number, after: number): Span | undefined {
  const sign = matchAt(/[\\"']*\]?\s*(?:=>|:=|\+=|\?=|[:=])|[\\"']*[^\S\n]+(?=\S)|[\\"']+\s*,\s*(?=[\\"'])/y, text, after);
  if (sign === undefined) return undefined;
  // The tag of an image, or the port of a host.
  if (text[index - 1] === '/' && /^:$/.test(sign) && !/\s/.test(text[after + 1] ?? ' ')) return undefined;
  return extent(text, index, after + sign.length);
}
