import { didYouMean } from '../../model/diagnostic.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Problem } from '../../model/problem.ts';
import { isWithin, minorsWithField, scopeIn } from '../../schema/builtin.ts';
import type { Scope } from '../../schema/node.ts';
import { isOptionalInCode, isTakenInCode } from '../../schema/optional.ts';
import type { Schema } from '../../schema/schema.ts';
import { type Finding, walk } from '../../schema/walk.ts';
import { meantOr, quotedList, shown } from '../wording.ts';
import type { WrittenKind } from './subject.ts';

/** Judges an object of a kind. */
export type Judge = (manifest: Manifest) => readonly Problem[];

/** The judge of the objects of a kind; undefined where nothing is known of them. */
export type JudgeOf = (kind: WrittenKind) => Judge | undefined;

/** Judges the fields of objects of Kubernetes' own kinds by the schemas of `minor`, in the versions that it serves. */
export function fieldJudge(minor: number): JudgeOf {
  const scope = scopeIn(minor);
  return ({ kind, version, builtin }) => {
    const served = builtin?.versions.find((one) => one.version === version && isWithin(one.minors, minor));
    if (served === undefined) return undefined;
    const schema: Schema = { $ref: served.definition };
    const about: About = { kind, minor };
    return (manifest) => findingsIn(manifest, schema, scope).map((finding) => problemOf(finding, about));
  };
}

const options = { isOptional: isOptionalInCode, takesText: isTakenInCode };

function findingsIn(manifest: Manifest, schema: Schema, scope: Scope): readonly Finding[] {
  if (manifest['status'] === undefined) return walk(manifest, { schema, scope }, options);
  // The server throws away a status that is written with the object, but it reads it first.
  const { status, ...rest } = manifest;
  return [...walk(rest, { schema, scope }, options), ...walk({ status }, { schema, scope }, { lenient: true })];
}

/** What a finding is about. */
interface About {
  readonly kind: string;
  /** The minor that the schema is of. */
  readonly minor: number;
}

/** What to tell an author about something that does not fit its schema. */
export function problemOf(finding: Finding, about: About): Problem {
  return finding.type === 'unknown' ? unknownField(finding, about) : wordsFor(finding, about);
}

function unknownField(
  { path, known, below, definition, isDropped }: Extract<Finding, { readonly type: 'unknown' }>,
  { kind, minor }: About,
): Problem {
  const name = String(path.at(-1));
  const minors = definition === undefined ? [] : minorsWithField(definition, name);
  const of = path.length === 1 ? kind : definition?.slice(definition.lastIndexOf('.') + 1);
  const what = of === undefined ? `\`${name}\`` : `\`${name}\` of ${of}`;
  const first = minors[0];
  if (first !== undefined && first[0] > minor) {
    const message = `${what} is there since Kubernetes 1.${first[0]}, and the target is 1.${minor}`;
    return { code: 'field-too-new', message, path, help: `remove it, or raise \`kubernetes\` to 1.${first[0]} when the cluster has it` };
  }
  const last = minors.findLast(([, to]) => to < minor);
  if (last !== undefined) {
    const message = `${what} was there until Kubernetes 1.${last[1]}, and the target is 1.${minor}`;
    return { code: 'field-removed', message, path, help: 'remove it' };
  }
  const listed = quotedList(known.slice(0, maxListed)) + (known.length > maxListed ? ', …' : '');
  const otherwise = known.length === 0 ? 'nothing is known there' : `known there: ${listed}`;
  const help = below.length > 0 ? `it belongs one level deeper, into ${quotedList(below)}` : meantOr(otherwise, name, known);
  return { code: 'field-unknown', message: `there is no field ${what}`, path, help, ...(isDropped ? { severity: 'warning' } : {}) };
}

const maxListed = 12;

function wordsFor(finding: Exclude<Finding, { readonly type: 'unknown' }>, about: About): Problem {
  const { path } = finding;
  const name = nameOf(path);
  const is = (value: unknown): string => `${name} is ${isSecret(path, about) ? 'something else' : shown(value, path.at(-1))}`;
  switch (finding.type) {
    case 'mistyped':
      return { code: 'field-type', message: `${is(finding.value)}, and must be ${finding.expected}`, path, ...quoting(finding) };
    case 'missing':
      return { code: 'field-required', message: `${name} is missing`, path };
    case 'unlisted': {
      const allowed = finding.allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
      const meant = didYouMean(String(finding.value), allowed);
      const message = `${is(finding.value)}, and must be one of ${quotedList(allowed)}`;
      return { code: 'field-enum', message, path, ...(meant === undefined ? {} : { help: `did you mean \`${meant}\`?` }) };
    }
    case 'malformed':
      return { code: 'field-invalid', message: `${is(finding.value)}, and must be ${finding.format.expected}`, path };
    case 'breach':
      return { code: 'field-invalid', message: `${is(finding.value)}, and must ${finding.expected}`, path };
    case 'duplicate': {
      const what = finding.keys === undefined ? shown(finding.value) : `an item with ${shown(finding.keys)}`;
      const help = 'remove one of them: the API server tells the items of this list apart by that';
      return { code: 'field-duplicate', message: `${what} is there twice`, path, help };
    }
    case 'unkeyed':
      return { code: 'field-required', message: `${name} has none of ${quotedList(finding.keys)}, by which items are told apart`, path };
  }
}

/** What is a text for people is a number or a boolean where quotes are missing: `0777` and `on`, too, to readers of YAML 1.1. */
function quoting({ value, expected }: Extract<Finding, { readonly type: 'mistyped' }>): Pick<Problem, 'help'> {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar && expected === 'a text' ? { help: 'put it in quotes' } : {};
}

/** The values of a Secret are never told, whatever they are called. */
function isSecret([first]: Problem['path'], { kind }: About): boolean {
  return kind === 'Secret' && (first === 'data' || first === 'stringData');
}

/** The last key of a path, for the beginning of a sentence; an item with its list. */
function nameOf(path: Problem['path']): string {
  const last = path.at(-1);
  return typeof last === 'number' ? `\`${String(path.at(-2))}[${last}]\`` : `\`${last}\``;
}
