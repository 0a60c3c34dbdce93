import { InvalidArgumentError } from 'commander';
import { durationIn } from '../model/duration.ts';
import { type ListenAddress, parseListen } from '../model/listen.ts';
import { sharedBranchFault } from '../model/rendered-place.ts';
import { parseShard, type Shard } from '../model/shard.ts';

/** Milliseconds of `90s`, `30m`, `12h` or `2d`. */
export function duration(given: string): number {
  const value = durationIn(given, ['s', 'm', 'h', 'd']);
  if (value !== undefined && value > 0) return value;
  throw new InvalidArgumentError('expected a duration such as 30m, 12h or 2d.');
}

/** A variable that is not set must not make it the root of all files. */
export function folder(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('expected the name of a folder, and it is empty.');
}

/** The part `2/8`. */
export function readShard(text: string): Shard {
  const found = parseShard(text);
  if (found === undefined)
    throw new InvalidArgumentError('Write the place of the part and how many there are: 2/8 is the second of eight.');
  return found;
}

/** Whether the name of a branch means itself wherever it is written: in a shell, in YAML, in a pattern. */
export function isPlainBranch(name: string): boolean {
  return /^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(name);
}

/** The name of such a branch. */
export function branchName(given: string): string {
  if (isPlainBranch(given)) return given;
  throw new InvalidArgumentError('expected the name of a branch: letters, digits, `_`, `.`, `-` and `/`.');
}

/** The name of a branch that holds a folder for each of several environments. */
export function sharedBranch(given: string): string {
  if (sharedBranchFault(given) === undefined) return given;
  throw new InvalidArgumentError('expected a branch that environments share, such as environments/fleet.');
}

/** A URL that means itself in a shell: a host, perhaps a port, perhaps a path. */
export function plainUrl(given: string): string {
  if (/^https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w.-]+)*\/?$/.test(given)) return given;
  throw new InvalidArgumentError('expected the URL of a forge, such as https://git.example.com/gitea.');
}

/** An option that may be given several times. */
export function collect(given: string, before: readonly string[]): readonly string[] {
  return [...before, given];
}

/** The same of registries. */
export function collectHosts(given: string, before: readonly string[]): readonly string[] {
  if (/^(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(given)) return [...before, given];
  throw new InvalidArgumentError('expected a host, perhaps with a port, such as registry.lan:5000.');
}

/** The name of an object in a cluster. */
export function objectName(given: string): string {
  if (given.length <= 253 && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(given)) return given;
  throw new InvalidArgumentError('expected the name of an object: lower-case letters, digits, `-` and `.`.');
}

/** A number of things, at least one. */
export function count(given: string): number {
  if (/^[1-9]\d?$/.test(given)) return Number(given);
  throw new InvalidArgumentError('expected a number from 1 to 99.');
}

/** How many at most. */
export function limit(given: string): number {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('expected a number, at least 1.');
}

/** A number of seconds. */
export function seconds(given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number of seconds greater than 0.');
}

/** Where to listen: `127.0.0.1:8080`, `[::1]:8080` or `:8080`. */
export function listen(given: string): ListenAddress {
  const address = parseListen(given);
  if (address !== undefined) return address;
  throw new InvalidArgumentError('expected a host and a port such as 127.0.0.1:8080 or [::1]:8080, or :8080 for all addresses.');
}
