import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { HelmChartOptions } from '../../authoring/helm.ts';
import { type Included, includedBy } from '../../authoring/inclusion.ts';
import type { KustomizationOptions } from '../../authoring/kustomization.ts';
import type { Checked, Diagnostic, Place } from '../../model/diagnostic.ts';
import type { HelmInclusion, Inclusion } from '../../model/inclusion.ts';
import { isObject } from '../../model/json.ts';
import { unknownOptions } from '../options.ts';
import type { Tree } from '../tree.ts';
import { shown } from '../wording.ts';
import { written } from './written.ts';

/** Something that is included, with its construct and all that is said of it. */
export interface IncludedConstruct {
  readonly inclusion: Inclusion;
  readonly construct: IConstruct;
  readonly included: Included;
  /** The namespace of objects that name none. */
  readonly namespace: string | undefined;
}

/** What the constructs of a tree include, in their order, and what is wrong with how it is said. */
export function inclusionsIn(tree: Tree, { kubernetes }: { readonly kubernetes: string }): Checked<readonly IncludedConstruct[]> {
  const diagnostics: Diagnostic[] = [];
  const value = tree.constructs.flatMap((construct): readonly IncludedConstruct[] => {
    const included = includedBy(construct);
    if (included === undefined) return [];
    const at = tree.placeOf(construct, included.at);
    const around = construct.node.scopes.toReversed().find((scope): scope is Chart => Chart.isChart(scope))?.namespace;
    const { node } = construct;
    const read =
      included.type === 'helm'
        ? readHelm(included.options, { release: node.id, namespace: around, kubernetes, at })
        : readKustomization(included.options, at);
    diagnostics.push(...read.diagnostics);
    if (read.value === undefined) return [];
    const namespace = read.value.tool === 'helm' ? read.value.namespace : around;
    return [{ inclusion: { construct: node.path, ...read.value }, construct, included, namespace }];
  });
  return { value, diagnostics };
}

type Read = Checked<Parts | undefined>;
type Parts = Inclusion extends infer I ? (I extends Inclusion ? Omit<I, 'construct'> : never) : never;

interface Otherwise {
  readonly release: string;
  readonly namespace: string | undefined;
  readonly kubernetes: string;
  readonly at: Place;
}

/** Helm's own rule: what is made of it must be a label (helm.sh/helm, pkg/chart/common/util, release names). */
const releaseName = /^[a-z0-9](?:[a-z0-9.-]{0,51}[a-z0-9])?$/;

function readHelm(options: HelmChartOptions, { kubernetes, at, ...otherwise }: Otherwise): Read {
  const {
    release = otherwise.release,
    namespace = otherwise.namespace ?? 'default',
    apiVersions = [],
    values = {},
    hooks,
    upgradeHooks,
  } = options;
  const chart = chartOf(options);
  const given = written(values);
  const problems: Diagnostic[] = [
    ...unknownOptions(options, 'helm', at),
    ...[
      typeof chart === 'string' ? { message: chart, help: chartForm } : undefined,
      problemOfText('release', release, releaseName, 'give `release`: lower-case letters, digits and `-`, at most 53'),
      problemOfText('namespace', namespace, /./, 'give the name of a namespace'),
      problemOfChoice('hooks', hooks, ['keep', 'drop']),
      problemOfChoice('upgradeHooks', upgradeHooks, ['before', 'after', 'drop']),
      Array.isArray(apiVersions) && apiVersions.every((one) => typeof one === 'string' && apiVersion.test(one))
        ? undefined
        : { message: `\`apiVersions\` is ${shown(apiVersions)}`, help: "give a list such as `['monitoring.coreos.com/v1']`" },
      isObject(given.ok ? given.value : values)
        ? undefined
        : { message: `\`values\` are ${shown(values)}, which are no object`, help: 'give an object' },
    ].flatMap((problem): readonly Diagnostic[] =>
      problem === undefined ? [] : [{ code: 'inclusion-invalid', severity: 'error', ...problem, at }],
    ),
    ...(given.ok ? [] : given.problems).map(({ path: _, ...problem }): Diagnostic => ({ severity: 'error', ...problem, at })),
    ...patchesProblem(options.patches, at),
  ];
  if (typeof chart === 'string' || problems.length > 0 || !given.ok || !isObject(given.value))
    return { value: undefined, diagnostics: problems };
  return { value: { tool: 'helm', chart, release, namespace, kubernetes, apiVersions, values: given.value }, diagnostics: [] };
}

const chartForm =
  'write it like `./charts/web`, or like `oci://registry.example.com/charts/web` or `https://charts.example.com/web` with a `version`';

/** A group and a version, perhaps with a kind. */
const apiVersion = /^[\w.-]+(?:\/[\w.-]+){0,2}$/;

function problemOfText(name: string, value: unknown, form: RegExp, help: string): Pick<Diagnostic, 'message' | 'help'> | undefined {
  if (typeof value === 'string' && form.test(value)) return undefined;
  return { message: `\`${name}\` is ${shown(value)}, which cannot be one`, help };
}

function problemOfChoice(name: string, value: unknown, choices: readonly string[]): Pick<Diagnostic, 'message' | 'help'> | undefined {
  if (value === undefined || choices.some((choice) => choice === value)) return undefined;
  return { message: `\`${name}\` is ${shown(value)}`, help: `give ${choices.map((choice) => `\`'${choice}'\``).join(' or ')}` };
}

function readKustomization(options: KustomizationOptions, at: Place): Read {
  const folder = folderOf(options.path);
  const problems: Diagnostic[] = [...unknownOptions(options, 'kustomization', at), ...patchesProblem(options.patches, at)];
  if (folder === undefined) {
    const message = `\`path\` is ${shown(options.path)}, which is no folder of the project`;
    problems.push({ code: 'inclusion-invalid', severity: 'error', message, at, help: 'write it like `./kustomize/overlays/prod`' });
  }
  return { value: folder === undefined || problems.length > 0 ? undefined : { tool: 'kustomize', folder }, diagnostics: problems };
}

/** A host and a path, whose parts are names of files, too. */
const place = /^(?:oci|https):\/\/[\w.-]+(?::\d{1,5})?(?:\/(?!\.{1,2}(?:\/|$))[\w.~+-]+)+$/;

/** Where a chart comes from, or why that cannot be told. */
function chartOf({ chart, version }: { readonly chart: unknown; readonly version?: unknown }): HelmInclusion['chart'] | string {
  const folder = folderOf(chart);
  if (folder !== undefined)
    return version === undefined ? { folder } : `\`version\` is ${shown(version)}, and a folder has the version that it has`;
  if (typeof chart !== 'string' || !place.test(chart)) return `\`chart\` is ${shown(chart)}, which is no place of a chart`;
  if (typeof version !== 'string' || !/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version))
    return version === undefined ? `\`${chart}\` has no \`version\`` : `\`version\` is ${shown(version)}, which is no version`;
  return { url: chart, version };
}

/** A folder of the project, relative to it; undefined where it is none, or not below. */
function folderOf(path: unknown): string | undefined {
  if (typeof path !== 'string' || !/^\.(?:\/|$)/.test(path)) return undefined;
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  return steps.includes('..') || steps.some((step) => step.includes('\\')) ? undefined : steps.join('/') || '.';
}

function patchesProblem(patches: unknown, at: Place): readonly Diagnostic[] {
  if (patches === undefined || Array.isArray(patches)) return [];
  const help = 'give what `patch` and `jsonPatch` return';
  return [{ code: 'inclusion-invalid', severity: 'error', message: '`patches` is no list', at, help }];
}
