import { grouped } from '../../model/grouped.ts';
import type { Draft } from '../draft.ts';

/** The objects of an environment by what they are members of. */
export interface Members {
  /** What `hook`, a draft with a time of its own, is a hook of, with itself: its release, or else its chart. */
  of(hook: Draft): readonly Draft[];
}

/** Groups `drafts` by their charts. */
export function membersAmong(drafts: readonly Draft[]): Members {
  const charts = grouped(drafts, ({ chart }) => chart.name);
  return {
    of({ hook, chart }) {
      const all = charts.get(chart.name) ?? [];
      const release = hook?.release;
      return release === undefined ? all : all.filter(({ construct }) => construct.startsWith(`${release}/`));
    },
  };
}
