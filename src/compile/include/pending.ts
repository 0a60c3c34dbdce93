import type { Checked } from '../../model/diagnostic.ts';
import type { Inclusion } from '../../model/inclusion.ts';
import { minorOf } from '../../schema/builtin.ts';
import type { Tree } from '../tree.ts';
import { inclusionsIn } from './inclusions.ts';
import { joinRendered, type Renderings } from './join.ts';

/** What has to be rendered by other programs, and how it goes on from there. */
export interface Pending<T> {
  readonly inclusions: readonly Inclusion[];
  /** Goes on with what was rendered, by the paths of constructs; of what is not there nothing is told. */
  readonly withRendered: (renderings: Renderings) => T;
}

/** Goes on with the tree: at once where nothing is included, else when that is rendered. */
export function whenRendered<T>(
  { value: tree, diagnostics }: Checked<Tree>,
  environment: { readonly kubernetes: string },
  go: (tree: Checked<Tree>) => T,
): T | { readonly pending: Pending<T> } {
  const { value: included, diagnostics: wrong } = inclusionsIn(tree, environment);
  const found = [...diagnostics, ...wrong];
  if (included.length === 0) return go({ value: tree, diagnostics: found });
  const minor = minorOf(environment.kubernetes);
  return {
    pending: {
      inclusions: included.map(({ inclusion }) => inclusion),
      withRendered(renderings) {
        const joined = joinRendered(tree, included, { renderings, minor });
        return go({ value: joined.value, diagnostics: [...found, ...joined.diagnostics] });
      },
    },
  };
}
