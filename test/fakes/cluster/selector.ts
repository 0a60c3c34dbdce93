import { stringAt } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether `labels` satisfy a label selector: `a=b`, `a!=b`, `a`, `!a`, `a in (b,c)`, joined by commas. */
export function matches(selector: string, labels: Labels): boolean {
  return selector.split(/,(?![^(]*\))/).every((term) => matchesTerm(term.trim(), labels));
}

function matchesTerm(term: string, labels: Labels): boolean {
  if (term === '') return true;
  const [, key = '', list = ''] = /^(\S+) in \((.*)\)$/.exec(term) ?? [];
  if (key !== '') return list.split(',').some((value) => labels[key] === value.trim());
  if (term.startsWith('!')) return !(term.slice(1) in labels);
  const [, name = '', operator, value] = /^([^!=]+)(!=|==|=)(.*)$/.exec(term) ?? [undefined, term];
  if (operator === undefined) return name in labels;
  return operator === '!=' ? labels[name] !== value : labels[name] === value;
}

/** Whether the fields of `object` are as a field selector wants them: `metadata.name=web,type=Warning`. */
export function matchesFields(selector: string, object: LiveObject): boolean {
  const terms = selector === '' ? [] : selector.split(',');
  return terms.every((term) => {
    const [path = '', value = ''] = term.split('=');
    return (stringAt(object, ...path.split('.')) ?? '') === value;
  });
}
