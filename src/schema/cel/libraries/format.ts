import type { Row } from '../signature.ts';
import { utf8 } from '../text.ts';
import { listOf, none, type Optional, some } from '../values.ts';
import { dayStart } from './time.ts';
import { requestUrlProblem } from './url.ts';

/** A form that text may have, by its name. */
export interface NamedFormat {
  readonly type: 'format';
  readonly name: string;
}

/** Named forms (Kubernetes 1.31). */
export const formats: readonly Row[] = [
  ...[...formatNames()].map((name): Row => [`format.${name}(): format`, () => ({ type: 'format', name })]),
  ['format.named(string): optional<format>', ([name]: [string]) => (Object.hasOwn(problems, name) ? some({ type: 'format', name }) : none)],
  ['format->validate(string): optional<list<string>>', ([{ name }, text]: [NamedFormat, string]) => validated(name, text)],
];

function validated(name: string, text: string): Optional {
  const found = problems[name]?.(text) ?? [];
  return found.length === 0 ? none : some(listOf(found));
}

type ProblemsIn = (text: string) => readonly string[];

// The forms and the words of apimachinery's validation.
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const oldLabel = '[a-z]([-a-z0-9]*[a-z0-9])?';
const key = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const ends = 'and must start and end with an alphanumeric character';
const keyWords = `must consist of alphanumeric characters, '-', '_' or '.', ${ends}`;

function isLike(form: string, text: string): boolean {
  return new RegExp(`^(?:${form})$`).test(text);
}

function tooLong(text: string, max: number): readonly string[] {
  return utf8(text).length > max ? [`must be no more than ${max} bytes`] : [];
}

function unlike(words: string, form: string, ...examples: readonly string[]): string {
  return `${words} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${form}')`;
}

function labelProblems(text: string): readonly string[] {
  const words = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ends}`;
  const wrong = isLike(subdomain, text) ? 'must not contain dots' : unlike(words, label, 'my-name', '123-abc');
  return [...tooLong(text, 63), ...(isLike(label, text) ? [] : [wrong])];
}

function subdomainProblems(text: string): readonly string[] {
  const words = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ends}`;
  return [...tooLong(text, 253), ...(isLike(subdomain, text) ? [] : [unlike(words, subdomain, 'example.com')])];
}

function oldLabelProblems(text: string): readonly string[] {
  const words =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...tooLong(text, 63), ...(isLike(oldLabel, text) ? [] : [unlike(words, oldLabel, 'my-name', 'abc-123')])];
}

function keyProblems(text: string): readonly string[] {
  const wrong = unlike(keyWords, key, 'MyName', 'my.name', '123-abc');
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0) return [`a valid label key ${wrong} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = second ?? first;
  const inPrefix = second === undefined ? [] : first === '' ? ['must be non-empty'] : subdomainProblems(first);
  const inName = [...(name === '' ? ['must be non-empty'] : tooLong(name, 63)), ...(isLike(key, name) ? [] : [wrong])];
  return [...inPrefix.map((problem) => `prefix part ${problem}`), ...inName.map((problem) => `name part ${problem}`)];
}

function labelValueProblems(text: string): readonly string[] {
  const form = `(${key})?`;
  const words = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ends}`;
  return [...tooLong(text, 63), ...(isLike(form, text) ? [] : [unlike(words, form, 'MyValue', 'my_value', '12345')])];
}

/** The beginning of a name: a dash may stand at its end, since something is to come behind it. */
function asPrefix(problemsIn: ProblemsIn): ProblemsIn {
  return (text) => problemsIn(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
}

function holds(test: (text: string) => boolean, problem: string): ProblemsIn {
  return (text) => (test(text) ? [] : [problem]);
}

const problems: Readonly<Record<string, ProblemsIn>> = {
  dns1123Label: labelProblems,
  dns1123Subdomain: subdomainProblems,
  dns1035Label: oldLabelProblems,
  qualifiedName: keyProblems,
  dns1123LabelPrefix: asPrefix(labelProblems),
  dns1123SubdomainPrefix: asPrefix(subdomainProblems),
  dns1035LabelPrefix: asPrefix(oldLabelProblems),
  labelValue: labelValueProblems,
  uri: (text) => [requestUrlProblem(text)].filter((problem) => problem !== undefined),
  uuid: holds((text) => /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text), 'does not match the UUID format'),
  byte: holds((text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) && text !== '', 'invalid base64'),
  date: holds(isDate, 'invalid date'),
  datetime: holds(isDateTime, 'invalid datetime'),
};

function formatNames(): readonly string[] {
  return [
    ...['dns1123Label', 'dns1123Subdomain', 'dns1035Label', 'qualifiedName', 'dns1123LabelPrefix', 'dns1123SubdomainPrefix'],
    ...['dns1035LabelPrefix', 'labelValue', 'uri', 'uuid', 'byte', 'date', 'datetime'],
  ];
}

function isDate(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return found !== null && dayStart(Number(found[1]), Number(found[2]), Number(found[3])) !== undefined;
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const found = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/.exec(time);
  return isDate(date) && found !== null && Number(found[1]) < 24 && Number(found[2]) < 60 && Number(found[3]) < 60;
}
