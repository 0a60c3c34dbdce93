import type { Explanations } from '../explanation.ts';

/** What keeps the history of a rendered branch from being told. */
export const history = {
  'revision-unknown': {
    meaning:
      'There is no rendered branch of the environment here, what `--from` names is no commit of this repository, or the commit that the agent applied is not here.',
    reason: 'A history is read from a commit on, and that has to be here.',
    remedy: 'Look at the name. What only a remote has is read with `--remote`, or fetched before.',
    example: 'lockstep log prod --remote',
  },
  'object-unknown': {
    meaning: 'The rendered branch does not hold the object, and for `lockstep log` never did.',
    reason: 'The history of an object begins where the branch holds it.',
    remedy:
      'Write `<kind>/<namespace>/<name>`, or the path of its file in the rendered tree. An object that was removed has a log, but no lines to blame anybody for.',
    example: 'lockstep log prod deployment/shop/web',
  },
  'object-ambiguous': {
    meaning: 'Several objects of the environment are called so.',
    reason: 'The history is that of one object.',
    remedy: 'Name its namespace, or its kind with the group.',
    example: 'lockstep blame prod deployment.apps/shop/web',
  },
  'line-unknown': {
    meaning:
      'The object has no such field, or its file no such line; or the branch does not hold yet what stands on that line below `dist/`.',
    reason: 'Only what the rendered branch holds was made by one of its commits.',
    remedy: 'Run the command without the field or the line: it shows the whole object. `lockstep diff` shows what is not published yet.',
    example: 'lockstep blame prod deployment/shop/web --field /spec/replicas',
  },
} as const satisfies Explanations;
