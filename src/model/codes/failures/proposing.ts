import type { Explanations } from '../explanation.ts';

/** What pipelines ask of a forge: comments, proposals of the source, and how an environment does. */
export const proposing = {
  'comment-empty': {
    meaning: '`lockstep comment` gets nothing on standard input.',
    reason: 'It would write an empty comment in the place of the one that is there.',
    remedy: 'Look at what should have written the text: in a pipe, its failure is easily passed over.',
    example: 'lockstep diff prod --remote --output markdown > diff.md || [ "$?" -eq 1 ]\nlockstep comment 12 < diff.md',
  },
  'comment-number': {
    meaning: 'What should be the number of a pull request is none.',
    reason: 'In a pipeline, a variable that is not set becomes an empty word, and the comment would be nowhere.',
    remedy: 'Give the number, as people count pull requests. At GitLab it is that of the merge request in its project.',
    example: 'lockstep comment 12 < diff.md',
  },
  'gate-unpublished': {
    meaning: 'An environment whose health is asked for has no rendered branch.',
    reason: 'Nothing of it is in a cluster, so that nobody would ever tell how it does.',
    remedy: 'Look at the name and at the remote. An environment has a branch once it was published, and its proposal merged.',
    example: 'lockstep publish staging --push',
  },
  'propose-itself': {
    meaning: 'A branch is proposed to be merged into itself.',
    reason: 'There is nothing to merge.',
    remedy: 'Name the branch that has the change, or say by `--into` which one it is for.',
    example: 'lockstep propose lockstep/upgrade',
  },
  'propose-unknown': {
    meaning: 'A branch that is to be proposed is not at the remote, or there is no branch that it is for.',
    reason: 'A forge knows only what was pushed.',
    remedy: 'Push the branch first. Where the remote has no default branch, say `--into`.',
    example: 'git push origin HEAD:lockstep/upgrade\nlockstep propose lockstep/upgrade',
  },
} as const satisfies Explanations;
