import { brand, brandOf } from '../authoring/brand.ts';
import type { ChartDef, ChartFunction } from '../authoring/chart.ts';
import type { Definition, Environment } from '../authoring/environment.ts';
import { definedAt, placeOf } from '../authoring/place.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { kubernetesVersions } from '../model/kubernetes.ts';
import { compareText } from '../model/ref.ts';
import { type FailureMode, failureModes, type PreflightMode, preflightModes } from '../model/rendered.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { SyncWindow } from '../model/window.ts';
import { type AllowedSecret, resolveAllowedSecrets } from './allowed-secrets.ts';
import { type Decisions, resolveDecisions } from './decisions.ts';
import { type AppliedPolicy, resolvePolicies } from './exceptions.ts';
import { type External, resolveExternal } from './external.ts';
import type { Given } from './given.ts';
import { type PlacedHealth, resolveHealth } from './health.ts';
import { type ImageField, resolveImageFields } from './image-fields.ts';
import { clusterProblem, unknownOptions } from './options.ts';
import { type OwnedSlice, ownedSlices, renderedPlaceOf, resolveRenderedPlace } from './rendered-place.ts';
import { keyFilesIn, resolveSignatures, type SignatureRule } from './signatures/rules.ts';
import { sliceOf, sliceProblem } from './slice.ts';
import { resolveUpgrades, type UpgradeRule } from './upgrades.ts';
import { resolveValues } from './values.ts';
import { resolveWindows } from './windows.ts';
import { meantOr, quotedList } from './wording.ts';

/** An environment with everything that it inherits, checked. */
export interface ResolvedEnvironment extends Decisions {
  readonly name: string;
  readonly cluster: string;
  readonly kubernetes: string;
  readonly preflight: PreflightMode;
  /** Sorted by name; charts whose values are wrong are left out. */
  readonly charts: readonly ResolvedChart[];
  /** Those that apply on the given day, sorted by the name they have in the environment. */
  readonly policies: readonly AppliedPolicy[];
  /** What exists although the environment does not make it. */
  readonly external: readonly External[];
  /** Secrets that may stand in clear text, as of the given day. */
  readonly allowedSecrets: readonly AllowedSecret[];
  /** Where images stand beside pods. */
  readonly images: readonly ImageField[];
  /** Which tags may stand in for those that charts write. */
  readonly upgrades: readonly UpgradeRule[];
  /** Whose signatures images need. */
  readonly signatures: readonly SignatureRule[];
  /** What tells the health of kinds in place of what is built in. */
  readonly health: readonly PlacedHealth[];
  /** When the agent takes new commits. */
  readonly syncWindows: readonly SyncWindow[];
  readonly onFailure: FailureMode;
  readonly ownedSlices: readonly OwnedSlice[];
  /** Where the environment is defined. */
  readonly at: Place;
}

/** A chart of an environment, with its values. */
export interface ResolvedChart {
  readonly name: string;
  readonly definition: ChartDef | ChartFunction;
  /** The slice of the environment that its objects belong to. */
  readonly slice: string;
  readonly values: unknown;
  /** Where the chart was put into the environment. */
  readonly at: Place;
}

/** A definition of the line of inheritance, and where it stands. */
export interface Layer {
  readonly definition: Definition;
  readonly at: Place;
}

/** Merges an environment with its ancestors and judges the whole. Undefined when the line of ancestors itself is broken. */
export function resolve(environment: Environment, given: Given): Checked<ResolvedEnvironment | undefined> {
  const { value: layers, diagnostics: broken } = layersOf(environment, given);
  if (layers === undefined) return { value: undefined, diagnostics: broken };
  const here: Place = { ...layers.at(-1)?.at };

  const options = layers.flatMap(({ definition, at }) => unknownOptions(definition, definition[brand], at));
  const cluster = clusterProblem(environment, here);
  const kubernetes = resolveKubernetes(layers, here);
  const preflight = resolveChoice(layers, 'preflight', { choices: preflightModes, usual: 'all', code: 'preflight-unknown' });
  const onFailure = resolveChoice(layers, 'onFailure', { choices: failureModes, usual: 'stay', code: 'on-failure-unknown' });
  const source = checkSource(layers);
  const rendered = resolveRenderedPlace(environment.name, layers);
  const charts = resolveCharts(layers);
  const schemas = new Map(charts.value.map(({ name, definition }) => [name, 'values' in definition ? definition.values : undefined]));
  const values = resolveValues(
    schemas,
    layers.map(({ definition, at }) => ({ values: definition.values ?? {}, at })),
  );
  const policies = resolvePolicies(layers, given.today);
  const external = resolveExternal(layers);
  const allowedSecrets = resolveAllowedSecrets(layers, given.today);
  const images = resolveImageFields(layers);
  const upgrades = resolveUpgrades(layers);
  const signatures = resolveSignatures(layers, given.keys);
  const health = resolveHealth(layers, charts.value);
  const syncWindows = resolveWindows(layers);
  const decisions = resolveDecisions(environment, here);

  return {
    value: {
      name: environment.name,
      cluster: environment.cluster,
      kubernetes: kubernetes.value,
      preflight: preflight.value,
      charts: charts.value.flatMap((chart) => {
        const resolved = values.value.get(chart.name);
        return resolved === undefined ? [] : [{ ...chart, values: resolved.values }];
      }),
      policies: policies.value,
      external: external.value,
      allowedSecrets: allowedSecrets.value,
      images: images.value,
      upgrades: upgrades.value,
      signatures: signatures.value,
      health: health.value,
      syncWindows: syncWindows.value,
      onFailure: onFailure.value,
      ownedSlices: ownedSlices(layers),
      ...decisions.value,
      at: here,
    },
    diagnostics: [
      ...options,
      ...cluster,
      ...[
        kubernetes,
        preflight,
        onFailure,
        source,
        rendered,
        charts,
        values,
        policies,
        external,
        allowedSecrets,
        images,
        upgrades,
        signatures,
        health,
        syncWindows,
        decisions,
      ].flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}

/** The URL that an environment or the nearest of its ancestors declares for its repository. */
export function sourceOf(environment: Environment): string | undefined {
  return lineOf(environment).find(({ source }) => source !== undefined)?.source;
}

/** Where the rendered branches of an environment are. */
export function placeOfRendered(environment: Environment): RenderedPlace {
  return renderedPlaceOf(lineOf(environment).toReversed());
}

/** What an environment says of objects that exist although it does not make them; it was judged before. */
export function externalOf(environment: Environment): readonly External[] {
  return resolveExternal(
    lineOf(environment)
      .toReversed()
      .map((definition) => ({ definition, at: {} })),
  ).value;
}

/** The files with keys that an environment and its ancestors name: what is asked for before it is compiled. */
export function keyFilesOf(environment: Environment): readonly string[] {
  return [...new Set(lineOf(environment).flatMap(({ signatures }) => keyFilesIn(signatures)))];
}

/** The signatures that an environment and its ancestors ask for, as far as they can be read: what is wrong is told when it is compiled. */
export function signaturesOf(environment: Environment, given: Pick<Given, 'file' | 'keys' | 'root'>): readonly SignatureRule[] {
  return resolveSignatures(layersOf(environment, given).value ?? [], given.keys).value;
}

/** A definition and its ancestors, nearest first, as far as they go without a circle. */
function lineOf(definition: Definition): readonly Definition[] {
  const line = new Set<Definition>();
  for (let here: Definition | undefined = definition; isDefinition(here) && !line.has(here); here = here.extends) line.add(here);
  return [...line];
}

function isDefinition(value: unknown): value is Definition {
  return brandOf(value) === 'base' || brandOf(value) === 'environment';
}

/** The definitions that an environment consists of, the farthest ancestor first. */
function layersOf(environment: Environment, given: Pick<Given, 'file' | 'root'>): Checked<readonly Layer[] | undefined> {
  const layers = lineOf(environment).map((definition) => {
    const found = placeOf(definition[definedAt], given.root);
    const at = { ...(found.file === undefined ? { file: given.file } : found), environment: environment.name };
    return { definition, at };
  });
  const last = layers.at(-1);
  if (last === undefined || !('extends' in last.definition)) return { value: layers.reverse(), diagnostics: [] };
  const found = last.definition.extends;
  const circle = layers.findIndex(({ definition }) => definition === found);
  const error = (code: Diagnostic['code'], message: string, help: string): Checked<undefined> => ({
    value: undefined,
    diagnostics: [{ code, severity: 'error', message, at: last.at, help }],
  });
  if (circle >= 0) {
    const files = [...layers.slice(circle), ...layers.slice(circle, circle + 1)].map(({ at }) => `\`${at.file ?? ''}\``);
    return error('inheritance-cycle', `bases extend each other in a circle: ${files.join(' → ')}`, 'let one of them extend nothing');
  }
  if (found === undefined) {
    return error(
      'extends-undefined',
      '`extends` is undefined: its module had not run when it was read, so modules import each other in a circle',
      'move what both modules need into a third one',
    );
  }
  const what = brandOf(found) === undefined ? 'something that `defineBase` did not return' : `a ${brandOf(found)}`;
  return error('extends-invalid', `\`extends\` is ${what}`, 'give it what `defineBase` returned');
}

function resolveKubernetes(layers: readonly Layer[], here: Place): Checked<string> {
  const layer = layers.findLast(({ definition }) => definition.kubernetes !== undefined);
  const value = layer?.definition.kubernetes;
  if (value !== undefined && kubernetesVersions.includes(value)) return { value, diagnostics: [] };
  const help = `give one of ${quotedList(kubernetesVersions)}`;
  const error: Diagnostic =
    value === undefined
      ? { code: 'kubernetes-missing', severity: 'error', message: 'no `kubernetes` says what version the cluster has', at: here, help }
      : { code: 'kubernetes-unknown', severity: 'error', message: `\`kubernetes\` is \`${String(value)}\``, at: { ...layer?.at }, help };
  return { value: '', diagnostics: [error] };
}

/** What the nearest definition chose that chose anything. */
function resolveChoice<K extends 'preflight' | 'onFailure', T extends string>(
  layers: readonly Layer[],
  key: K,
  { choices, usual, code }: { readonly choices: readonly T[]; readonly usual: T; readonly code: Diagnostic['code'] },
): Checked<T> {
  const layer = layers.findLast(({ definition }) => definition[key] !== undefined);
  const given: unknown = layer?.definition[key];
  const value = given === undefined ? usual : choices.find((one) => one === given);
  if (value !== undefined) return { value, diagnostics: [] };
  const help = meantOr(`give one of ${quotedList(choices)}`, String(given), choices);
  const message = `\`${key}\` is \`${String(given)}\``;
  return { value: usual, diagnostics: [{ code, severity: 'error', message, at: { ...layer?.at }, help }] };
}

function checkSource(layers: readonly Layer[]): Checked<undefined> {
  const diagnostics = layers.flatMap(({ definition: { source }, at }): readonly Diagnostic[] => {
    // A token or a password: whatever stands before the last @ and has a colon in it, or is the whole user of an https URL.
    if (source === undefined || !/^\w+:\/\/[^/]*:[^/]*@|^https?:\/\/[^/]*@/.test(source)) return [];
    const message = '`source` holds credentials, which would be published with every rendered commit';
    return [{ code: 'source-has-credentials', severity: 'error', message, at, help: 'remove what stands before the `@`' }];
  });
  return { value: undefined, diagnostics };
}

type NamedChart = Omit<ResolvedChart, 'values'>;

/** All charts by name. A child adds charts; it cannot put another one in the place of an ancestor's. */
function resolveCharts(layers: readonly Layer[]): Checked<readonly NamedChart[]> {
  const charts = new Map<string, NamedChart>();
  const diagnostics: Diagnostic[] = [];
  for (const { definition, at } of layers) {
    for (const [name, chart] of Object.entries(definition.charts ?? {})) {
      const problem = chartProblem(name, chart, charts.get(name));
      if (problem !== undefined) diagnostics.push({ ...problem, severity: 'error', at });
      else {
        const here = { ...at, pointer: `charts.${name}` };
        if (typeof chart !== 'function') diagnostics.push(...unknownOptions(chart, 'chart', here), ...sliceProblem(chart, here));
        charts.set(name, { name, definition: chart, slice: sliceOf(chart), at });
      }
    }
  }
  const found = [...charts.values()];
  return {
    value: found.toSorted((a, b) => compareText(a.name, b.name)),
    diagnostics: [...diagnostics, ...found.flatMap((chart) => missingBefore(chart, found))],
  };
}

/** The charts that `chart` comes after, and that the environment does not have: nobody would ever make them. */
function missingBefore({ name, definition, at }: NamedChart, charts: readonly NamedChart[]): readonly Diagnostic[] {
  const before: unknown = typeof definition === 'function' ? undefined : definition.after;
  const missing = [before ?? []].flat().filter((wanted) => !charts.some((chart) => chart.definition === wanted));
  return missing.map((wanted) => ({
    code: 'chart-after',
    severity: 'error',
    message:
      brandOf(wanted) === 'chart'
        ? `the chart \`${name}\` comes after a chart that the environment does not have`
        : `the chart \`${name}\` comes after something that is no chart`,
    at: { ...at, pointer: `charts.${name}.after` },
    help: 'add it to the `charts` of the environment or of a base, or take it out of `after`',
  }));
}

function chartProblem(
  name: string,
  chart: unknown,
  before: NamedChart | undefined,
): Pick<Diagnostic, 'code' | 'message' | 'help'> | undefined {
  const isFunction = typeof chart === 'function' && brandOf(chart) === undefined;
  if (brandOf(chart) !== 'chart' && !isFunction) {
    return { code: 'chart-invalid', message: `\`${name}\` is no chart`, help: 'give it what `defineChart` returned, or a function' };
  }
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/.test(name)) {
    const help = 'use letters, digits and `-`, at most 63 of them: its folder and its objects are named after it';
    return { code: 'chart-name', message: `\`${name}\` cannot be the name of a chart`, help };
  }
  if (before === undefined || before.definition === chart) return undefined;
  const help = 'give the new chart a name of its own';
  return { code: 'chart-redefined', message: `the chart \`${name}\` stands for another one in an ancestor`, help };
}
