import { exitCodes, Failure } from '../model/failure.ts';
import { type ChartReference, chartKey, vendoredPath } from '../model/inclusion.ts';
import { sha256Of } from '../model/sha256.ts';
import type { World } from '../ports.ts';
import { type Claim, type Claims, notClaimed, readClaims, requireAgreement } from './pin-claims.ts';
import type { FoundEnvironment } from './sources.ts';

/** An environment, and where it comes from: the archives of its charts are there, too. */
export type Origin = Pick<FoundEnvironment, 'environment' | 'modules' | 'commit'>;

/** How charts are found. */
export interface VendorOptions {
  /** Whether nothing is written. What no lock names is fetched all the same: nothing else tells what it would be. */
  readonly check: boolean;
  /** Registries that may do without TLS. */
  readonly insecureRegistry: readonly string[];
}

/** The sha256 of a chart, and whether its archive is where it is rendered from. */
export interface FoundChart {
  readonly sha256: string;
  readonly isHere: boolean;
}

/** Finds the chart of an environment. Throws `Failure`. */
type Vendor = (chart: ChartReference, from: Origin) => Promise<FoundChart>;

/**
 * Finds charts in the project, and fetches what is not there. Environments share archives: what the lock of any of them names is what it has to
 * be, and another one is taken where no lock names it.
 */
export function openVendor(world: World, options: VendorOptions, signal: AbortSignal): Vendor {
  const fetched = new Map<string, Promise<FoundChart>>();
  const taken = new Map<string, Claim>();
  let claims: Promise<Claims> | undefined;
  const fetch = async (chart: ChartReference, environment: string, said: readonly Claim[]): Promise<FoundChart> => {
    const [key, path] = [chartKey(chart), vendoredPath(chart)];
    const source = await world.charts({ insecure: options.insecureRegistry });
    const bytes = await source.fetch(chart, signal);
    const sha256 = sha256Of(bytes);
    const own = said.filter((claim) => claim.key === key);
    if (own.some((claim) => claim.sha256 !== sha256)) throw notClaimed(chart, sha256, own);
    const other = taken.get(path);
    // Two places may give charts of one name and version: nothing is written over what somebody else needs.
    requireAgreement(chart, [...said, ...(other === undefined ? [] : [other]), { environment, key, sha256 }], undefined);
    taken.set(path, { environment, key, sha256 });
    if (!options.check) await world.files.write(path, bytes);
    return { sha256, isHere: !options.check };
  };
  return async (chart: ChartReference, { environment: { name } }: Origin): Promise<FoundChart> => {
    const [key, path] = [chartKey(chart), vendoredPath(chart)];
    claims ??= readClaims(world.files);
    const said = (await claims).byPath.get(path) ?? [];
    const there = await world.files.sha256(path);
    requireAgreement(chart, said, there);
    const expected = said.find((claim) => claim.key === key)?.sha256;
    // That an archive is missing or another one is told when it is rendered.
    if (expected !== undefined && (options.check || there === expected)) return { sha256: expected, isHere: true };
    const known = fetched.get(key) ?? fetch(chart, name, said);
    fetched.set(key, known);
    return known;
  };
}

/** The chart of an environment that is rendered from a commit: the archive that the commit has. */
export async function committedChart(
  world: Pick<World, 'files'>,
  {
    chart,
    expected,
    environment,
    modules,
    commit = '',
  }: Origin & { readonly chart: ChartReference; readonly expected: string | undefined },
): Promise<FoundChart> {
  const path = vendoredPath(chart);
  const sha256 = await world.files.sha256(`${modules.root}/${path}`);
  if (sha256 === undefined) {
    throw new Failure('source-without-chart', `the source commit \`${commit.slice(0, 7)}\` does not hold \`${path}\``, {
      help: 'commit the archive, and promote a commit that has it',
      exit: exitCodes.input,
    });
  }
  if (expected === undefined || sha256 === expected) return { sha256, isHere: true };
  throw notClaimed(chart, sha256, [{ environment: environment.name, key: chartKey(chart), sha256: expected }]);
}
