import type { Definition } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { type ForgeType, forgeTypes } from '../model/forge.ts';
import { isObject } from '../model/json.ts';
import { compareText } from '../model/ref.ts';
import { isOwnBranch } from '../model/rendered.ts';
import { type RenderedPlace, sharedBranchFault } from '../model/rendered-place.ts';
import { gitCredentialsPattern } from '../model/url.ts';
import type { Draft } from './draft.ts';
import type { Layer } from './resolve.ts';
import { meantOr, quotedList, shown } from './wording.ts';

const options: readonly string[] = ['branch', 'forge', 'forgeUrl', 'owners', 'remote', 'signedBy'];

/** Where the rendered branches of `environment` are: each option by the nearest definition that tells it, owners by slice. */
export function resolveRenderedPlace(environment: string, layers: readonly Layer[]): Checked<RenderedPlace> {
  const value = renderedPlaceOf(layers.map(({ definition }) => definition));
  const wrong = layers.flatMap(({ definition, at }) => judge(definition.rendered, { ...at, pointer: 'rendered' }));
  return { value, diagnostics: [...wrong, ...judgeName(environment, value, { ...layers.at(-1)?.at, pointer: 'rendered' })] };
}

/** Of a branch that is called so, nobody could tell whether it is that of the environment alone, or the one that it shares. */
function judgeName(environment: string, { branch }: RenderedPlace, at: Place): readonly Diagnostic[] {
  if (branch === undefined || !isOwnBranch(environment, branch)) return [];
  const message = `${shown(branch)} cannot be shared by \`${environment}\`: a branch of its own would be called so`;
  const help = 'give the environment, or the branch that they share, another name';
  return [{ code: 'rendered-invalid', severity: 'error', message, at, help }];
}

/** The same of definitions that were judged, the farthest ancestor first. */
export function renderedPlaceOf(line: readonly Definition[]): RenderedPlace {
  const told = line.flatMap(({ rendered }) => (isObject(rendered) ? [rendered] : []));
  const { remote, branch, forge, forgeUrl, signedBy } = Object.assign({}, ...told) as NonNullable<Definition['rendered']>;
  const owners = Object.assign({}, ...told.map((one) => one.owners)) as Readonly<Record<string, string | readonly string[]>>;
  return {
    remote,
    branch,
    forge: { type: forge, url: forgeUrl },
    owners: new Map(Object.entries(owners).map(([slice, names]) => [slice, [names].flat()])),
    signedBy,
  };
}

/** A slice that an environment itself names owners of, and where. */
export interface OwnedSlice {
  readonly slice: string;
  readonly at: Place;
}

/** The slices that the environment itself names owners of: what an ancestor says is for others, too. */
export function ownedSlices(layers: readonly Layer[]): readonly OwnedSlice[] {
  const own = layers.at(-1);
  const owners: unknown = isObject(own?.definition.rendered) ? own.definition.rendered.owners : undefined;
  return isObject(owners) ? Object.keys(owners).map((slice) => ({ slice, at: { ...own?.at, pointer: 'rendered.owners' } })) : [];
}

/** Owners of slices that no object belongs to: most likely a typo, and then nobody would be asked. */
export function unusedOwners(drafts: readonly Pick<Draft, 'chart'>[], owned: readonly OwnedSlice[]): readonly Diagnostic[] {
  const slices = [...new Set(drafts.map(({ chart }) => chart.slice))].filter((slice) => slice !== '').sort(compareText);
  return owned
    .filter(({ slice }) => !slices.includes(slice))
    .map(({ slice, at }) => ({
      code: 'owners-unused',
      severity: 'warning',
      message: `\`${slice}\` has owners, but no object belongs to such a slice`,
      at,
      help: meantOr(slices.length === 0 ? 'there is no slice: give a chart an `owner`' : `there are ${quotedList(slices)}`, slice, slices),
    }));
}

function judge(given: unknown, at: Place): readonly Diagnostic[] {
  if (given === undefined) return [];
  const error = (message: string, help: string): Diagnostic => ({ code: 'rendered-invalid', severity: 'error', message, at, help });
  if (!isObject(given)) return [error('`rendered` is no object', "write `{ remote: 'https://git.example.com/shop/rendered.git' }`")];
  const { remote, branch, forge, forgeUrl, owners, signedBy } = given;
  const stray = Object.keys(given).filter((key) => !options.includes(key));
  return [
    ...stray.map((key) => error(`\`rendered\` has no \`${key}\``, meantOr(`there are ${quotedList(options)}`, key, options))),
    ...judgeRemote(remote, error),
    ...judgeBranch(branch, error),
    ...(forge === undefined || isForge(forge)
      ? []
      : [error(`\`forge\` is ${shown(forge)}`, meantOr(`give one of ${quotedList(forgeTypes)}`, String(forge), forgeTypes))]),
    ...(forgeUrl === undefined || isWeb(forgeUrl)
      ? []
      : [error('`forgeUrl` is no URL of a forge', "write what its pages begin with, without user: `'https://git.example.com'`")]),
    ...judgeOwners(owners, error),
    ...(signedBy === undefined || isInProject(signedBy)
      ? []
      : [
          error(
            `\`signedBy\` is ${shown(signedBy)}, which is no file of the project`,
            "write its path from the root of the project: `'signers'`",
          ),
        ]),
  ];
}

type MakeError = (message: string, help: string) => Diagnostic;

function judgeRemote(remote: unknown, error: MakeError): readonly Diagnostic[] {
  if (remote === undefined) return [];
  if (typeof remote !== 'string' || remote === '' || remote.startsWith('-'))
    return [error('`remote` is neither the name of a remote nor a URL', "write `'origin'`, or the URL of a repository")];
  if (!new RegExp(gitCredentialsPattern).test(remote)) return [];
  return [error('`remote` holds credentials', 'remove what stands before the `@`: git has a store for them, and jobs have tokens')];
}

function judgeBranch(branch: unknown, error: MakeError): readonly Diagnostic[] {
  if (branch === undefined) return [];
  const example = "write `'environments/fleet'`";
  const fault = typeof branch === 'string' ? sharedBranchFault(branch) : 'unfit';
  if (fault === undefined) return [];
  const what = fault === 'proposed' ? 'is a name of proposals' : 'is no name of a branch that environments can share';
  return [error(`${shown(branch)} ${what}`, example)];
}

function judgeOwners(owners: unknown, error: MakeError): readonly Diagnostic[] {
  if (owners === undefined) return [];
  const form = "write `{ payments: '@acme/payments' }`: a slice, and who reviews it as the forge names them";
  if (!isObject(owners)) return [error('`owners` is no object', form)];
  return Object.entries(owners).flatMap(([slice, names]) => {
    const all: readonly unknown[] = [names].flat();
    // What has a space or a line end would be another owner, or another rule, in the file that forges read.
    const isWrong = all.length === 0 || all.some((name) => typeof name !== 'string' || !/^[^\s#]+$/.test(name));
    return isWrong ? [error(`${shown(names)} are no owners of \`${slice}\``, form)] : [];
  });
}

/** What stands beside the project would be another file elsewhere, and is reviewed by nobody. */
function isInProject(path: unknown): path is string {
  return typeof path === 'string' && /^[^/\\]/.test(path) && !/^[A-Za-z]:/.test(path) && path.split(/[/\\]/).every((part) => part !== '..');
}

function isForge(value: unknown): value is ForgeType {
  return forgeTypes.some((type) => type === value);
}

function isWeb(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
