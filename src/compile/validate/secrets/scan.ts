import { isObject, type Json, type JsonObject, type Path, pointer } from '../../../model/json.ts';
import { remembered } from '../remembered.ts';
import { hasNamedFields, isForeign, literalsIn } from './fields.ts';
import { longestText, matchesIn, shortestSecret } from './find.ts';
import { type Finding, fieldAt, secretHelp } from './finding.ts';
import { secretName } from './names.ts';
import type { SecretPattern } from './patterns.ts';
import { clearIn, clearInApplied, lastApplied } from './secret-kind.ts';
import { visit } from './visit.ts';

/** Finds secrets in clear text in objects, one after another: it remembers what the names of fields say. */
export function secretFinder(): (object: JsonObject) => readonly Finding[] {
  const nameOf = remembered(secretName);
  return (object) => {
    const look: Look = { object, isNamed: hasNamedFields(object), nameOf, path: [], texts: [], clear: [], literal: [] };
    lookInto(look, object);
    const { texts, clear, literal } = look;
    // Almost all objects hold nothing: all of their texts are asked at once, and one by one only where there is something.
    const recognised = matchesIn(texts.join('\n')).length === 0 ? [] : recognisedIn(object);
    return [...clear, ...without(recognised, clear), ...without(literal, [...clear, ...recognised])];
  };
}

/** The object that is looked through, the way to the value at hand, and what was found so far. */
interface Look {
  readonly object: JsonObject;
  /** Whether the names of its fields tell of their values. */
  readonly isNamed: boolean;
  readonly nameOf: typeof secretName;
  readonly path: (string | number)[];
  /** What the patterns are asked about. */
  readonly texts: string[];
  readonly clear: Finding[];
  readonly literal: Finding[];
}

/** Looks at an object or a list and at everything in it, parents first. */
function lookInto(look: Look, value: JsonObject | readonly Json[]): void {
  const { object, path } = look;
  gatherTexts(look.texts, value, object, path);
  for (const finding of clearIn(value, path)) look.clear.push(finding);
  if (look.isNamed && !isForeign(path)) for (const finding of literalsIn(value, path, look.nameOf)) look.literal.push(finding);
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) lookAt(look, i, value[i]);
  else if (isObject(value)) for (const key in value) lookAt(look, key, value[key]);
}

function lookAt(look: Look, key: string | number, value: Json | undefined): void {
  const { object, path } = look;
  // Most texts are short: nothing stands in them, whatever their name.
  if (typeof value === 'string' && value.length >= shortestSecret) {
    path.push(key);
    gatherTexts(look.texts, value, object, path);
    if (key === lastApplied) for (const finding of clearInApplied(value, path)) look.clear.push(finding);
    path.pop();
  } else if (typeof value === 'object' && value !== null) {
    path.push(key);
    lookInto(look, value);
    path.pop();
  }
}

/** Appends what the patterns are asked about: a text, what it stands for in a ConfigMap's `binaryData`, and the keys of an object. */
function gatherTexts(texts: string[], value: Json, object: JsonObject, path: Path): void {
  if (typeof value === 'string') {
    if (value.length < shortestSecret) return;
    const text = value.slice(0, longestText);
    texts.push(text);
    if (isBinary(object, path)) texts.push(Buffer.from(text, 'base64').toString('utf8'));
  } else if (isObject(value)) {
    for (const key in value) if (key.length >= shortestSecret) texts.push(key);
  }
}

function isBinary(object: JsonObject, path: Path): boolean {
  return path.length === 2 && path[0] === 'binaryData' && object['kind'] === 'ConfigMap';
}

function recognisedIn(object: JsonObject): readonly Finding[] {
  const found: Finding[] = [];
  visit(object, (value, path) => {
    const where = isObject(value) ? `a key in ${fieldAt(path)}` : fieldAt(path);
    const texts: string[] = [];
    gatherTexts(texts, value, object, path);
    for (const text of texts) {
      for (const [pattern, secrets] of byPattern(text)) {
        const message = `${where} holds ${pattern.what} in clear text (\`${pattern.name}\`)`;
        found.push({ code: 'secret-token', message, help: secretHelp, path: [...path], pattern: pattern.name, secrets });
      }
    }
  });
  return found;
}

/** The secrets in `text` by the pattern that recognised them: a text that holds ten of a form has one finding. */
function byPattern(text: string): ReadonlyMap<SecretPattern, readonly string[]> {
  const found = new Map<SecretPattern, readonly string[]>();
  for (const { pattern, secret } of matchesIn(text)) found.set(pattern, [...(found.get(pattern) ?? []), secret]);
  return found;
}

/** Those of `findings` that are not where one of `others` is. */
function without(findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  if (findings.length === 0) return findings;
  const told = new Set(others.map(({ path }) => pointer(path)));
  return findings.filter(({ path }) => !told.has(pointer(path)));
}
