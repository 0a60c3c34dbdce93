import type { Environment } from '../authoring/environment.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { type Pending, whenRendered } from './include/pending.ts';
import { pin, taggedImages } from './pin.ts';
import { type ResolvedEnvironment, resolve } from './resolve.ts';
import { synth } from './synth.ts';
import { buildTree, type Tree } from './tree.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, secretsOf } from './validate/secrets/secrets.ts';

/**
 * The images of an environment that need a pin, as its charts write them, sorted; with what is wrong in charts, values and images, and
 * nothing else: what only matters when the environment is rendered is no matter here.
 */
export function imagesOf(environment: Environment, given: Omit<Given, 'lock'>): FoundImages {
  const whole = { ...given, lock: emptyLockfile };
  const { value: resolved, diagnostics } = resolve(environment, whole);
  if (resolved === undefined) return { value: [], diagnostics: errorsOf(diagnostics, []) };
  const going = whenRendered(buildTree(resolved, whole), resolved, (tree) =>
    imagesIn(tree.value, { resolved, root: given.root, before: [...diagnostics, ...tree.diagnostics] }),
  );
  return 'pending' in going ? { value: [], diagnostics: [], ...going } : going;
}

/** The images of an environment, with what is wrong. */
export interface FoundImages extends Checked<readonly string[]> {
  /** Where something is included that other programs render: nothing else is told before they have. */
  readonly pending?: Pending<FoundImages>;
}

function imagesIn(
  tree: Tree,
  { resolved, root, before }: { readonly resolved: ResolvedEnvironment; readonly root: string; readonly before: readonly Diagnostic[] },
): FoundImages {
  const synthesized = synth(tree, root);
  const { name, images: fields } = resolved;
  const unfit = pin(synthesized.value, { lock: emptyLockfile, environment: name, fields }).diagnostics;
  return {
    value: taggedImages(synthesized.value, fields),
    diagnostics: errorsOf(
      [...before, ...synthesized.diagnostics, ...unfit.filter(({ code }) => code !== 'image-not-pinned')],
      synthesized.value,
    ),
  };
}

/** The errors among `diagnostics`, which show no secret of `drafts`. */
export function errorsOf(diagnostics: readonly Diagnostic[], drafts: readonly Draft[]): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return withoutSecrets(errors, errors.length === 0 ? new Map() : secretsOf(findSecrets(drafts)));
}
