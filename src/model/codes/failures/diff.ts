import type { Explanations } from '../explanation.ts';

/** What keeps two rendered trees from being compared. */
export const diff = {
  'diff-ambiguous': {
    meaning: 'With `--from`, `--to` or `--live`, several environments were named, or the commits hold different ones.',
    reason: 'A rendered commit holds one environment, and a cluster is compared with one: with that one, and no other.',
    remedy: 'Name one environment, or none when the commits say which it is. Two environments are compared with `--against`.',
    example: 'lockstep diff staging --against prod',
  },
  'diff-unknown': {
    meaning: 'What `--from` or `--to` names is no commit of this repository, or what `--against` names is no environment.',
    reason: 'There is nothing to compare with.',
    remedy: 'Look at the name, or fetch the commit. A branch that only a remote has is read with `--remote`.',
    example: 'lockstep diff prod --from environments/prod --to environments/prod-next --remote',
  },
  'diff-unreadable': {
    meaning:
      'What `--from` or `--to` names is no rendered commit; or a file that the index of one names is not there, or does not hold the object that the index says.',
    reason:
      'Only what was rendered can be compared. Or somebody edited the branch by hand. An agent refuses such a commit, too, so what it would do cannot be told.',
    remedy: 'Name a rendered branch, or a commit of one. Undo the change in the branch, or publish the environment again.',
    example: 'lockstep publish prod --overwrite-edits',
  },
} as const satisfies Explanations;
