import type { Checked } from '../model/diagnostic.ts';
import { type RepositoryRule, resolveRepositories } from './repositories.ts';
import type { Layer } from './resolve.ts';
import { readTagRule, type TagRule } from './tags.ts';
import type { Read } from './targets.ts';
import { shown } from './wording.ts';

/** Which tags of a repository may stand in for what charts write. */
export type UpgradeRule = RepositoryRule<{ readonly rule: TagRule | undefined; readonly text: string }>;

/** The upgrades that an environment and its ancestors allow. */
export function resolveUpgrades(layers: readonly Layer[]): Checked<readonly UpgradeRule[]> {
  return resolveRepositories(layers, { option: 'upgrades', code: 'upgrade-invalid', form, read });
}

const form = "write `{ 'ghcr.io/acme/web': '~2.4' }`: a range of versions, an expression like `/^16\\.\\d+-alpine$/`, or `false`";

function read(given: unknown): Read<UpgradeRule['value']> {
  if (given === false) return { ok: true, value: { rule: undefined, text: 'false' } };
  const isExpression = Object.prototype.toString.call(given) === '[object RegExp]';
  if (!isExpression && typeof given !== 'string') return { ok: false, problem: { message: `${shown(given)} allows no tags`, help: form } };
  const rule = readTagRule(given as string | RegExp);
  if (rule !== undefined) return { ok: true, value: { rule, text: String(given) } };
  const help = "write it as npm does: `'~2.4'`, `'^2'`, `'>=1.8 <3'`";
  return { ok: false, problem: { message: `${shown(given)} is no range of versions`, help } };
}
