import type { Explanations } from '../explanation.ts';

/** What keeps a rendered tree from being published, or an earlier one from coming back. */
export const publish = {
  'branch-checked-out': {
    meaning: 'The rendered branch is checked out in a work tree of the repository.',
    reason: 'Its files would stay as they were while the branch moves on, and git would show every change backwards.',
    remedy: 'Check out another branch there: rendered branches are written without a work tree.',
    example: 'git switch main',
  },
  'branch-moved': {
    meaning: 'The branch, or the notes on its commits, moved while they were being written: somebody else was quicker.',
    reason: 'To write all the same would undo what they published.',
    remedy: 'Run the command again: it starts from what is there now.',
  },
  'dirty-source': {
    meaning: 'The source has changes that are not committed.',
    reason: 'What is published says which commit it was rendered from: it could not be rendered again from that.',
    remedy: 'Commit the changes. With `--allow-dirty` they are rendered all the same, and the commit says so.',
  },
  'edited-branch': {
    meaning: 'Somebody changed files of the rendered branch by hand, and publishing would undo that.',
    reason: 'The change may be what keeps something running, and it is nowhere else.',
    remedy: 'Make the same change in the source. If it is not wanted, undo it with `--overwrite-edits`.',
    example: 'lockstep publish prod --overwrite-edits',
  },
  'empty-render': {
    meaning: 'What would be published, or gone back to, holds no object.',
    reason: 'It would delete everything that the environment owns in its cluster.',
    remedy: 'Check that the charts are still there, or go back to another commit. If the environment is to be dissolved, say so in it.',
    example: "removed: 'prune'",
  },
  'foreign-branch': {
    meaning: 'The branch that would be written holds files that Lockstep did not render, or those of another environment.',
    reason: 'They would be deleted.',
    remedy: 'Give the environment another name, or move the branch out of the way.',
    example: 'git branch --move environments/prod prod-before',
  },
  'index-unreadable': {
    meaning: 'The index of the rendered branch cannot be read.',
    reason: 'It tells what was published: without it nobody knows what was edited by hand, and what would be deleted.',
    remedy: 'Use the version of Lockstep that wrote it, or a newer one. If it was edited by hand, revert that commit.',
  },
  'object-moves': {
    meaning: 'The environment drops objects that another environment of the same cluster now has.',
    reason: 'One agent would delete them, with what they hold, and the other one would make them again.',
    remedy: 'Hand them over in the environment that had them, and adopt them in the one that gets them.',
    example: "handOver: [{ object: { kind: 'Service', namespace: 'shop', name: 'web' }, to: 'other' }]",
  },
  'merge-held': {
    meaning: 'The proposal has a pull request at the forge that is open, or that somebody declined; or nobody can tell.',
    reason: 'People review and merge it there: merged from here, what they say would come too late.',
    remedy: 'Merge it at the forge. Who has reviewed the very commit may name it: then it is merged, where the server lets them push.',
    example: 'lockstep merge prod --push --commit 3f2a91c',
  },
  'merge-nothing': {
    meaning: 'The environment has no proposal that could be merged.',
    reason: 'What is merged is the branch `environments/<name>-next`, and there is none.',
    remedy: 'Publish the environment first. If the proposal is at a remote, name it with `--push`.',
    example: 'lockstep publish prod --push && lockstep merge prod --push',
  },
  'merge-other': {
    meaning: 'The proposal is another commit than the one that was reviewed.',
    reason: 'It was published anew since: what nobody has seen is not put in force.',
    remedy: 'Review what is proposed now, and merge that.',
    example: 'lockstep diff prod --to environments/prod-next',
  },
  'rendered-untrusted': {
    meaning:
      'Neither a rendered commit nor what is attested of its tree is signed by anybody whom `rendered.signedBy`, or `--signed-by`, names.',
    reason: 'Whoever may push a branch could have made it: only what somebody answers for comes into force, or is promoted.',
    remedy: 'Publish it again from where git signs, by a key that the file names, or add the key to the file, which is reviewed.',
    example: 'lockstep publish prod --sign --push',
  },
  'merge-stale': {
    meaning: 'The proposal was made on a commit of the branch that is not its tip any more.',
    reason: 'To put it in force would take away what came into force meanwhile.',
    remedy: 'Publish the environment again: the proposal is then made on what is in force, and shows what really changes.',
    example: 'lockstep publish prod',
  },
  'merge-unclear': {
    meaning: 'The command names neither an environment nor a set, or both.',
    reason: 'What is merged comes into force.',
    remedy: 'Name one of the two.',
    example: 'lockstep merge prod',
  },
  'slice-incomplete': {
    meaning: 'A slice that is to be deployed alone needs something that is not in force, or takes away what another slice needs.',
    reason: 'Its pods would not start, or those of another team: what the source holds together comes apart.',
    remedy: 'Deploy first what the message names, or publish the whole environment at once.',
    example: 'lockstep publish prod --slice shop --push',
  },
  'slice-moves': {
    meaning: 'An object goes from one slice to another, and only one of them is to be deployed.',
    reason: 'It would be in both, or in none, and then it would be deleted.',
    remedy: 'Publish the whole environment: then it moves, and is neither deleted nor made again.',
    example: 'lockstep publish prod --push',
  },
  'slice-settings': {
    meaning:
      'What all slices of an environment have in common is another one than what is in force: its cluster, its Kubernetes minor, or that it is dissolved.',
    reason: 'A slice is rendered for it, and the others are not.',
    remedy: 'Publish the whole environment first.',
    example: 'lockstep publish prod --push',
  },
  'slice-unknown': {
    meaning: 'The environment has no slice of this name, neither in the source nor in force.',
    reason: 'Nothing would be published. What no team owns has no name, and comes with the whole environment.',
    remedy: 'Use the name that the `slice` or the `owner` of a chart says.',
    example: 'lockstep publish prod --slice payments',
  },
  'slice-unreadable': {
    meaning: 'What is in force cannot be read, so that one slice cannot be put into it.',
    reason: 'Order, rights and references are those of the whole, and a file of it is not what the index says.',
    remedy: 'Undo what was changed by hand in the rendered branch, or publish the whole environment.',
    example: 'lockstep diff prod --from environments/prod',
  },
  'publish-unnamed': {
    meaning: 'All environments would be put in force at once, without anybody having named them.',
    reason: 'With `--direct` there is no proposal: what is wrong in one commit would be wrong everywhere a moment later.',
    remedy: 'Name the environments, or leave out `--direct`: then each of them gets a proposal.',
    example: 'lockstep publish dev staging --direct',
  },
  'rollback-nothing': {
    meaning: 'There is nothing to go back to: the environment was never published here, or never held anything else than now.',
    reason: 'A rollback restores what the branch held before.',
    remedy: 'If the branch is at a remote, name it with `--push`.',
    example: 'lockstep rollback prod --push origin',
  },
  'rollback-undone': {
    meaning: 'The environment was rolled back, and the source still renders what the rollback took away.',
    reason:
      'A rollback changes the rendered branch alone: the next publish would bring back what had to go, without anybody having said so.',
    remedy: 'Revert or mend the change in the source. If it is to come back as it was, say `--undo-rollback`.',
    example: 'git revert 3f2a91c && lockstep publish prod',
  },
  'rollback-unknown': {
    meaning: 'The commit to go back to is none that the active branch has pointed to before now, or its id is too short to be one alone.',
    reason: 'Only what was in force once is known to be a whole environment.',
    remedy: 'Choose a commit of the branch: at least seven characters of its id.',
    example: 'git log --first-parent environments/prod',
  },
  'set-scattered': {
    meaning: 'The environments of a set have their rendered branches in several repositories, or on several forges.',
    reason: 'A set is one branch and one pull request, beside the branches that it speaks of.',
    remedy: 'Make a set of those that have the same `rendered`, or name one remote for all: `--push <remote>`.',
    example: 'lockstep publish prod-eu prod-us --set prod --push origin',
  },
  'set-unknown': {
    meaning: 'There is no set of this name.',
    reason: 'A set begins with its first proposal.',
    remedy: 'Look at the name, and at the remote: `--push` names it. `lockstep publish --set <name> --push` begins a set.',
    example: 'lockstep publish prod-eu prod-us --set prod --push',
  },
  'source-url-credentials': {
    meaning:
      'The URL of the source repository, `source` in the environment or a base, holds a password, or a user name that is none for ssh.',
    reason: 'The rendered branch says where it comes from, so everybody who may read it would have the credentials.',
    remedy:
      'Take them out of the URL. What was committed with the environment already is known to everybody who may read that: replace it.',
    example: "source: 'https://git.example.com/shop/deploy.git'",
  },
} as const satisfies Explanations;
