import type { Environment } from '../authoring/environment.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { errorsOf } from './images.ts';
import { type Pending, whenRendered } from './include/pending.ts';
import { resolve } from './resolve.ts';
import { isDefinition } from './served.ts';
import { synth } from './synth.ts';
import { buildTree, type Tree } from './tree.ts';

/**
 * The CustomResourceDefinitions of an environment, as its charts write them, with what is wrong in charts and values. Whether other
 * objects fit them is no matter here.
 */
export function definitionsOf(environment: Environment, given: Omit<Given, 'lock'>): FoundDefinitions {
  const whole = { ...given, lock: emptyLockfile };
  const { value: resolved, diagnostics } = resolve(environment, whole);
  if (resolved === undefined) return { value: [], diagnostics: errorsOf(diagnostics, []) };
  const going = whenRendered(buildTree(resolved, whole), resolved, (tree) => definitionsIn(tree, given.root, diagnostics));
  return 'pending' in going ? { value: [], diagnostics: [], ...going } : going;
}

/** The definitions of an environment, with what is wrong. */
export interface FoundDefinitions extends Checked<readonly Draft[]> {
  /** Where something is included that other programs render: nothing else is told before they have. */
  readonly pending?: Pending<FoundDefinitions>;
}

function definitionsIn(tree: Checked<Tree>, root: string, before: readonly Diagnostic[]): FoundDefinitions {
  const { value, diagnostics } = synth(tree.value, root);
  return {
    value: value.filter(({ manifest }) => isDefinition(manifest)),
    diagnostics: errorsOf([...before, ...tree.diagnostics, ...diagnostics], value),
  };
}
