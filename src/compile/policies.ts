import { fromRoot } from '../authoring/place.ts';
import type { Policy, PolicyContext } from '../authoring/policy.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { refOf } from '../model/manifest.ts';
import { builtinKinds } from '../schema/kinds.ts';
import { type Draft, placeAbout } from './draft.ts';

/** Asks every policy about every object of its kinds. Groups of other projects may have kinds of the same name: they are not meant. */
export function enforce(
  drafts: readonly Draft[],
  { policies, env, root }: { readonly policies: readonly Policy[]; readonly env: PolicyContext['env']; readonly root: string },
): readonly Diagnostic[] {
  return policies.flatMap((policy) => {
    const isMeant = matcher(policy.on);
    return drafts.filter(isMeant).flatMap((draft) => ask(policy, { draft, env, root }));
  });
}

function matcher(names: readonly string[]): (draft: Draft) => boolean {
  const groups = new Map(names.map((name) => [name, builtinKinds().flatMap(({ kind, group }) => (kind === name ? [group] : []))]));
  return ({ manifest }) => {
    const { group, kind } = refOf(manifest);
    const builtin = groups.get(kind);
    return builtin !== undefined && (builtin.length === 0 || builtin.includes(group));
  };
}

function ask(
  policy: Policy,
  { draft, env, root }: { readonly draft: Draft; readonly env: PolicyContext['env']; readonly root: string },
): readonly Diagnostic[] {
  const { name, owner } = draft.chart;
  const context: PolicyContext = { env, chart: { name, ...(owner === undefined ? {} : { owner }) } };
  const code = `policy/${policy.name}` as const;
  try {
    const message = policy.check(draft.manifest, context);
    const severity = policy.severity === 'warning' ? 'warning' : 'error';
    return message === undefined ? [] : [{ code, severity, message, at: placeAbout(draft) }];
  } catch (thrown) {
    const message = `the policy \`${policy.name}\` threw: ${fromRoot(messageOf(thrown), root)}`;
    return [{ code, severity: 'error', message, at: placeAbout(draft), help: 'a policy returns what is wrong, or undefined' }];
  }
}
