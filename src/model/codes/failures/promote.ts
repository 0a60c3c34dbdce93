import type { Explanations } from '../explanation.ts';

/** What keeps an environment from being promoted, and what is told of a promotion. */
export const promote = {
  'promote-ambiguous': {
    meaning:
      'One image is to be promoted alone, and the environment before has several of its repository, none of them under the same tag.',
    reason: 'Which of them is meant cannot be told.',
    remedy: 'Name one with its tag, as it stands in the lock of the environment before.',
    example: 'lockstep promote staging prod --only web:2.4.2',
  },
  'promote-dirty': {
    meaning:
      'The environment before was published with `--allow-dirty`: changes that were not committed went into it, and no commit holds them.',
    reason: 'Its source commit alone renders to something else than what ran there.',
    remedy: 'Commit the changes and publish that environment again. When they are not wanted, name the commit yourself.',
    example: 'lockstep publish staging --direct\nlockstep promote staging prod',
  },
  'promote-mixed': {
    meaning: 'Slices of the environment before were published alone, from several commits of the source.',
    reason: 'No commit renders to what ran there together: whatever was tried there is not what would be promoted.',
    remedy: 'Publish the whole of that environment, and promote it then. When one commit is meant all the same, name it.',
    example: 'lockstep publish staging --direct\nlockstep promote staging prod',
  },
  'proposal-behind': {
    meaning: 'A change of the source would be proposed, and the branch that it is for holds other files than those that it was decided of.',
    reason: 'What was committed there meanwhile would be taken back, or what was only changed here would go with it.',
    remedy: 'Pull what is there, and push or undo what was changed here. Then run the command again.',
    example: 'git pull origin main\nlockstep promote staging prod --push',
  },
  'proposal-edited': {
    meaning: 'Somebody added commits to a branch that Lockstep proposes a change of the source on.',
    reason: 'It is written anew each time, and their work would be lost.',
    remedy: 'Merge the pull request as it is, or delete the branch when what they added is not wanted.',
    example: 'git push origin --delete lockstep/promote-prod',
  },
  'proposal-without-base': {
    meaning: 'A change of the source cannot be proposed, since the remote has no branch that it would be for.',
    reason: 'A pull request goes into the default branch of the remote, and it has none.',
    remedy: 'Push the source there first, or name the remote that has it.',
    example: 'git push --set-upstream origin main',
  },
  'promote-diverged': {
    meaning:
      'The commit that is promoted and the one that the environment was rendered from are on different lines: neither is in the history of the other.',
    reason: 'What was made on the other line only, such as a fix on a release branch, is in the environment no longer.',
    remedy: 'Look at what goes: `git log <new>..<old>`. Merge it first when it is still wanted.',
    example: 'git log --oneline main..release-1.4',
  },
  'promote-downgrade': {
    meaning: 'The promotion would take an environment back: to a commit in the history of the present one, or to a lower tag of an image.',
    reason:
      'Most often it is the wrong way round, or somebody was quicker. Data that a newer version has written may be lost on an older one.',
    remedy:
      'Look at the order of the two environments, and at what is named. When it is meant, say `--allow-downgrade`. `lockstep rollback` brings back what a rendered branch held before.',
    example: 'lockstep promote staging prod --allow-downgrade',
  },
  'promote-nothing': {
    meaning:
      'It is not known which commit the environment before is rendered from: its lock names none, and there is no rendered branch that says so.',
    reason: 'What is promoted has to be something that ran, and not whatever the work tree holds.',
    remedy: 'Publish that environment, look at its name, or name the commit yourself.',
    example: 'lockstep promote staging prod --source main',
  },
  'promote-same': {
    meaning: 'An environment is to be promoted to itself.',
    reason: 'Nothing would come of it.',
    remedy: 'Name the environment that something comes from, and then the one that it goes to.',
    example: 'lockstep promote staging prod',
  },
  'promote-unhealthy': {
    meaning:
      'With `--when-healthy`: the environment before is not healthy at the tip of its rendered branch, or what would be promoted is something else than what it is healthy with.',
    reason:
      'Its agent tells the forge how it does, by the status `lockstep/<environment>` of the rendered commit. What its lock says by now may not be published, merged or applied yet: nobody has seen it run.',
    remedy:
      'Wait until it is healthy: `lockstep gate`. Where its agent tells nothing, let it: `spec.report` of the object `Environment`, or `lockstep agent --report`. Where it has failed, `lockstep status` says why.',
    example: 'lockstep gate staging --wait 30m\nlockstep promote staging prod --when-healthy',
  },
  'promote-unpinned': {
    meaning: 'At the commit that is promoted, the environment uses an image that neither lock has a pin for.',
    reason: 'Without its digest the image could be another one tomorrow, so the environment is not rendered.',
    remedy:
      'If the environment before uses the image, let `lockstep pin` pin it there, and promote again. If only this environment uses it, write the commit into its lock as `source`, and let `lockstep pin` pin the image there.',
    example: 'lockstep pin staging\nlockstep promote staging prod',
  },
  'promote-unpushed': {
    meaning:
      'What the environment before holds was read at the remote, and its rendered branch in this repository is rendered from a later commit: it was published without `--push`.',
    reason: 'What is promoted has to be what others have, too. What was published here alone ran nowhere that they know of.',
    remedy: 'Push it, and promote again. If it is not wanted any more, nothing is to be done.',
    example: 'lockstep publish staging --direct --push\nlockstep promote staging prod',
  },
  'promote-without-source': {
    meaning: 'One image is promoted alone to an environment that is rendered from the work tree, since its lock names no source.',
    reason: 'The next publish renders whatever the work tree holds by then, not the image alone.',
    remedy: 'Promote all of the environment once: then its lock names a commit, and a hotfix moves one image and nothing else.',
    example: 'lockstep promote staging prod\nlockstep promote staging prod --only web',
  },
} as const satisfies Explanations;
