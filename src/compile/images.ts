import type { Environment } from '../authoring/environment.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { type Pending, whenRendered } from './include/pending.ts';
import { pin, taggedImages } from './pin.ts';
import { type ResolvedEnvironment, resolve } from './resolve.ts';
import type { SignatureRule } from './signatures/rules.ts';
import { synth } from './synth.ts';
import { buildTree, type Tree } from './tree.ts';
import type { UpgradeRule } from './upgrades.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, secretsOf } from './validate/secrets/secrets.ts';

/** What an environment says of images. */
export interface ImagesOf {
  /** Those that need a pin, as charts write them, sorted. */
  readonly images: readonly string[];
  readonly upgrades: readonly UpgradeRule[];
  readonly signatures: readonly SignatureRule[];
}

/**
 * What an environment says of images, with what is wrong in charts, values and images, and nothing else: what only matters when the
 * environment is rendered is no matter here.
 */
export function imagesOf(environment: Environment, given: Omit<Given, 'lock'>): FoundImages {
  const whole = { ...given, lock: emptyLockfile };
  const { value: resolved, diagnostics } = resolve(environment, whole);
  if (resolved === undefined) return { value: none, diagnostics: errorsOf(diagnostics, []) };
  const going = whenRendered(buildTree(resolved, whole), resolved, (tree) =>
    imagesInTree(tree.value, { resolved, root: given.root, before: [...diagnostics, ...tree.diagnostics] }),
  );
  return 'pending' in going ? { value: none, diagnostics: [], ...going } : going;
}

const none: ImagesOf = { images: [], upgrades: [], signatures: [] };

/** What an environment says of images, with what is wrong. */
export interface FoundImages extends Checked<ImagesOf> {
  /** Where something is included that other programs render: nothing else is told before they have. */
  readonly pending?: Pending<FoundImages>;
}

function imagesInTree(
  tree: Tree,
  { resolved, root, before }: { readonly resolved: ResolvedEnvironment; readonly root: string; readonly before: readonly Diagnostic[] },
): FoundImages {
  const synthesized = synth(tree, root);
  const { name, images: fields, upgrades, signatures } = resolved;
  const unfit = pin(synthesized.value, { lock: emptyLockfile, environment: name, fields }).diagnostics;
  return {
    value: { images: taggedImages(synthesized.value, fields), upgrades, signatures },
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
