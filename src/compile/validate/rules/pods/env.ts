import { numberAt, stringAt } from '../../../../model/json.ts';
import { perUnit, quantityOf } from '../../../../model/quantity.ts';
import { configMapKey, dnsLabel, dnsSubdomain, envVarName, formatProblem, qualifiedName } from '../../../../schema/formats.ts';
import { quotedList } from '../../../wording.ts';
import { exactlyOne, filled, forbidden, formattedIfAny, invalid, named, oneOf, required, text } from '../checks.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { noStepsBack } from './paths.ts';

/** What a container can be told of its pod in a variable (core validation, validEnvDownwardAPIFieldPathExpressions). */
const variableFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.host',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** A field of the pod, of which `plain` may be asked for as a whole; an annotation or a label may always be. */
export function podField(plain: readonly string[]): Rule {
  return fields({
    apiVersion: oneOf('v1', ''),
    fieldPath: all(
      filled,
      text((value) => (value === '' ? undefined : fieldProblem(value, plain))),
    ),
  });
}

function fieldProblem(path: string, plain: readonly string[]): string | undefined {
  const [, map, key = ''] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  if (map === 'metadata.annotations') return formatProblem(key.toLowerCase(), qualifiedName);
  if (map === 'metadata.labels') return formatProblem(key, qualifiedName);
  if (map !== undefined) return `\`${map}\` has no keys`;
  return plain.includes(path) ? undefined : `it is one of ${quotedList(plain)}, or a label as \`metadata.labels['app']\``;
}

/** Amounts of a container's resources that can be told (core validation, validContainerResourceFieldPathExpressions). */
const told = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [`limits.${name}`, `requests.${name}`]);

/** A resource of a container, and the unit that it is told in. */
export const resourceField: Rule = all(
  fields({
    resource: all(
      filled,
      text((value) =>
        value === '' || told.includes(value) || /^(?:limits|requests)\.hugepages-/.test(value)
          ? undefined
          : `it is one of ${quotedList(told)}`,
      ),
    ),
  }),
  object((value, path) => {
    const { divisor } = value;
    if (!isSet(divisor) || isUnit(divisor, stringAt(value, 'resource') ?? '')) return fine;
    return [
      invalid(
        [...path, 'divisor'],
        divisor,
        'it is `1` or `1m` for processors, and a power of 1000 or 1024 such as `1M` or `1Mi` for bytes',
      ),
    ];
  }),
);

/** Whether an amount can be told in units of `divisor`; zero is the same as none. */
function isUnit(divisor: unknown, resource: string): boolean {
  const amount = quantityOf(divisor);
  const isKnown = told.includes(resource) || /\.hugepages-/.test(resource);
  if (amount === undefined || amount === 0n || !isKnown) return true;
  if (resource.endsWith('.cpu')) return amount === perUnit || amount * 1000n === perUnit;
  const base = String(divisor).endsWith('i') ? 1024n : 1000n;
  return [0n, 1n, 2n, 3n, 4n, 5n, 6n].some((power) => amount === perUnit * base ** power);
}

/** A key of a ConfigMap or a Secret, whose name may not be left out either. */
const keyOfObject: Rule = all(required('name'), fields({ name: formattedIfAny(dnsSubdomain), key: named(configMapKey) }));

const keyOfFile: Rule = fields({ key: named(envVarName), volumeName: named(dnsLabel), path: all(filled, noStepsBack) });

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

const variable: Rule = all(
  fields({
    name: named(envVarName),
    valueFrom: all(
      exactlyOne(...sources),
      fields({
        fieldRef: podField(variableFields),
        resourceFieldRef: resourceField,
        configMapKeyRef: keyOfObject,
        secretKeyRef: keyOfObject,
        fileKeyRef: keyOfFile,
      }),
    ),
  }),
  object((value, path) =>
    isSet(value['valueFrom']) && isFilled(value['value']) ? [forbidden([...path, 'valueFrom'], '`value` is set, too')] : fine,
  ),
);

/** A name that something is appended to may end in `-` (apimachinery, maskTrailingDash). */
const nameWithSuffix: Rule = text((value) =>
  value === '' ? undefined : formatProblem(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value, dnsSubdomain),
);

const wholeObject: Rule = all(required('name'), fields({ name: nameWithSuffix }));

/** The variables of a container (core validation, ValidateEnv). */
export const env: Rule = each(variable);

/** The objects whose keys become variables of a container (core validation, ValidateEnvFrom). */
export const envFrom: Rule = each(
  all(
    exactlyOne('configMapRef', 'secretRef'),
    fields({ prefix: formattedIfAny(envVarName), configMapRef: wholeObject, secretRef: wholeObject }),
  ),
);

/** The mode of a file: `0777` at most. JSON knows no octal numbers. */
export const fileMode: Rule = (value, path) => {
  const mode = numberAt(value);
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return fine;
  return [invalid(path, mode, 'it is at least 0 and at most 511, which is `0777`: JSON and TypeScript write it `0o777` or 511')];
};
