import { isObject, type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { invalid, missing } from './checks.ts';
import { fine, isSet } from './rule.ts';

const hasBreaks = (text: string): boolean => /[\n\r]/.test(text);

/** What is wrong with the rules of a schema but for their expressions (apis/apiextensions/validation, ValidateCustomResourceDefinitionOpenAPISchema). */
export function schemaExpressions(schema: JsonObject, path: Path): readonly Problem[] {
  return listAt(schema, 'x-kubernetes-validations').flatMap((rule, i) => {
    const here = [...path, 'x-kubernetes-validations', i];
    return isObject(rule) ? [...texts(rule, here), ...fieldPath(rule['fieldPath'], schema, [...here, 'fieldPath'])] : fine;
  });
}

function texts(rule: JsonObject, path: Path): readonly Problem[] {
  const source = stringAt(rule, 'rule')?.trim();
  const message = stringAt(rule, 'message');
  const said = message?.trim() ?? '';
  const expression = stringAt(rule, 'messageExpression') ?? '';
  const blank = expression !== '' && expression.trim() === '' ? [missing([...path, 'messageExpression'], 'it is blank')] : fine;
  if (source === undefined) return blank;
  if (source === '') return [missing([...path, 'rule'], 'it is empty'), ...blank];
  if (message !== undefined && message !== '' && said === '') return [invalid([...path, 'message'], message, 'it is blank'), ...blank];
  if (hasBreaks(said)) return [invalid([...path, 'message'], said, 'it is one line'), ...blank];
  return hasBreaks(source) && said === '' ? [missing([...path, 'message'], 'the rule has several lines'), ...blank] : blank;
}

function fieldPath(value: Json | undefined, schema: JsonObject, path: Path): readonly Problem[] {
  if (typeof value !== 'string' || value === '') return fine;
  if (hasBreaks(value)) return [invalid(path, value, 'it is one line')];
  // Go reads quotes after a point in a way of its own.
  if (value.includes(".'")) return fine;
  if (!/^(?:\.[^.[\]]+|\['(?:\\.|[^'\\])*'\])+$/.test(value)) return [invalid(path, value, "it is a path as `.spec['a-b'].c`")];
  const names = [...value.matchAll(/\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\]/g)].map(([, name, quoted]) => name ?? unquoted(quoted ?? ''));
  return leads(names, schema) ? fine : [invalid(path, value, 'the schema has no such field')];
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

/** Whether there is a field, as far as the schema tells. */
function leads([name, ...rest]: readonly string[], schema: JsonObject): boolean {
  if (name === undefined) return true;
  const { properties, additionalProperties } = schema;
  if (isSet(properties)) return Object.hasOwn(objectAt(properties), name) && leads(rest, objectAt(properties, name));
  return isObject(additionalProperties) ? leads(rest, additionalProperties) : additionalProperties === true;
}
