import type { Definition } from '../authoring/environment.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { meantOr, quotedList } from './wording.ts';

const common = [
  'allowedSecrets',
  'charts',
  'extends',
  'external',
  'health',
  'images',
  'kubernetes',
  'onFailure',
  'policies',
  'preflight',
  'rendered',
  'signatures',
  'source',
  'syncWindows',
  'upgrades',
  'values',
];

/** The options that exist. The types say so, too, but modules are run without being type-checked. */
const known: Readonly<
  Record<
    'base' | 'environment' | 'chart' | 'rules' | 'hook' | 'helm' | 'kustomization',
    { readonly of: string; readonly options: readonly string[] }
  >
> = {
  base: { of: 'a base', options: common },
  environment: { of: 'an environment', options: [...common, 'adopt', 'approvals', 'cluster', 'handOver', 'name', 'removed'] },
  chart: { of: 'a chart', options: ['after', 'build', 'health', 'namespace', 'owner', 'slice', 'values'] },
  helm: {
    of: '`HelmChart`',
    options: ['apiVersions', 'chart', 'hooks', 'namespace', 'patches', 'release', 'upgradeHooks', 'values', 'version'],
  },
  kustomization: { of: '`Kustomization`', options: ['patches', 'path'] },
  hook: { of: '`hook`', options: ['deadline', 'once', 'when'] },
  rules: { of: '`manage`', options: ['ignore', 'keep', 'ownership', 'progressDeadline', 'replace'] },
};

/** Options that there are not, in `definition`: what they are meant to do would silently not be done. */
export function unknownOptions(definition: object, type: keyof typeof known, at: Place): readonly Diagnostic[] {
  const { of, options } = known[type];
  return Object.keys(definition)
    .filter((option) => !options.includes(option))
    .map((option) => ({
      code: 'option-unknown',
      severity: 'error',
      message: `${of} has no option \`${option}\``,
      at,
      help: meantOr(`there are ${quotedList(options)}`, option, options),
    }));
}

/** What is wrong with the cluster that an environment names. */
export function clusterProblem(environment: Definition & { readonly cluster?: unknown }, at: Place): readonly Diagnostic[] {
  const { cluster } = environment;
  if (typeof cluster === 'string' && cluster !== '') return [];
  const help = "name it as your team does: `cluster: 'eu-1'`";
  return [{ code: 'cluster-missing', severity: 'error', message: 'the environment does not say which `cluster` it is for', at, help }];
}
