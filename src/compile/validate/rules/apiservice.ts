import { type JsonObject, stringAt } from '../../../model/json.ts';
import { dnsLabel1035, dnsSubdomain } from '../../../schema/formats.ts';
import { between, forbidden, formattedIfAny, invalid, missing, named } from './checks.ts';
import { portNumber } from './ports.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { specOf } from './spec.ts';

const service: Rule = all(
  object((value, path) => ['name', 'namespace'].filter((key) => !isFilled(value[key])).map((key) => missing([...path, key]))),
  fields({ port: portNumber }),
);

/** What only goes with a server of its own. */
const local: Rule = object((spec: JsonObject, path) =>
  ['caBundle', 'insecureSkipTLSVerify']
    .filter((key) => isFilled(spec[key]) && spec[key] !== false)
    .map((key) => forbidden([...path, key], 'there is no `service` that serves it')),
);

/** An APIService (kube-aggregator validation, ValidateAPIService). */
export const apiService: Rule = all(
  object((value, path) => {
    const right = `${stringAt(value, 'spec', 'version') ?? ''}.${stringAt(value, 'spec', 'group') ?? ''}`;
    return ['name', 'generateName'].flatMap((key) => {
      const name = stringAt(value, 'metadata', key) ?? '';
      return name === '' || name === right
        ? fine
        : [invalid([...path, 'metadata', key], name, `after its version and group it is \`${right}\``)];
    });
  }),
  specOf(
    all(
      object((spec, path) => [
        ...(isFilled(spec['group']) || spec['version'] === 'v1' ? fine : [missing([...path, 'group'])]),
        ...['version', 'groupPriorityMinimum', 'versionPriority']
          .filter((key) => !isFilled(spec[key]))
          .map((key) => missing([...path, key])),
        ...(spec['insecureSkipTLSVerify'] === true && isFilled(spec['caBundle'])
          ? [forbidden([...path, 'caBundle'], '`insecureSkipTLSVerify` is `true`')]
          : fine),
        ...(isSet(spec['service']) ? service(spec['service'], [...path, 'service']) : local(spec, path)),
      ]),
      fields({
        group: formattedIfAny(dnsSubdomain),
        version: formattedIfAny(dnsLabel1035),
        groupPriorityMinimum: between(1, 20_000),
        versionPriority: between(1, 1000),
      }),
    ),
  ),
);

/** A StorageVersionMigration (storagemigration validation). */
export const storageVersionMigration: Rule = specOf(
  fields({ resource: fields({ resource: named(dnsLabel1035), group: formattedIfAny(dnsSubdomain) }) }),
);
