import type { Explanations } from '../explanation.ts';

/** What keeps an environment from being rendered from the commit that its lock names. */
export const source = {
  'history-missing': {
    meaning:
      'The clone has a part of the history alone, so that it cannot be told which of two commits comes first, or where one comes from.',
    reason: 'An environment could go back, or be rendered from a commit that nobody has reviewed, and nothing would say so.',
    remedy: 'Bring the whole history here; in GitHub Actions `fetch-depth: 0` of `actions/checkout` does. No files of it are needed.',
    example: 'git fetch --unshallow',
  },
  'source-absent': {
    meaning:
      'The commit that an environment is rendered from names something that it does not hold, and rendering looks for it: what is in a submodule, or a file that Git LFS keeps elsewhere.',
    reason:
      'The folder of the submodule is empty there, and in the place of the file stands a pointer of three lines. What is rendered would be made of these, and of another thing than in a work tree that has it all.',
    remedy:
      'Of Git LFS: install git-lfs (`git lfs install`), and let `lockstep fetch` bring the file. Of a submodule: keep what is rendered in the repository itself, since a commit says of a submodule no more than the id of another commit.',
    example: 'git lfs install\nlockstep fetch prod',
  },
  'source-missing': {
    meaning:
      'The commit that an environment is rendered from is not in the repository, or not with all of its files: a shallow or a partial clone lacks them, or nobody has pushed it.',
    reason: 'What the environment is made of is nowhere else, and rendering it does not go to the network.',
    remedy:
      'Let `lockstep fetch` bring it from the remote. In CI, do that before `lockstep synth`, or clone with the whole history. If the commit is gone for good, since a branch was rewritten, promote another one.',
    example: 'lockstep fetch prod\nlockstep synth prod',
  },
  'source-moved': {
    meaning: 'While an environment was rendered, another commit was checked out, or one was made.',
    reason: 'What was rendered may be of the one, of the other or of both, and the rendered branch would name the wrong one.',
    remedy: 'Run the command again, and leave the work tree alone meanwhile. In CI give each job a clone of its own.',
  },
  'source-not-commit': {
    meaning: 'What the lock names as the source of an environment is an object of the repository, but no commit: a tag, a tree or a file.',
    reason: 'Only a commit says what the whole project was, and what came before it.',
    remedy: 'Let `lockstep promote` write it, or write the id of the commit.',
    example: 'git rev-parse v1.4.0^{commit}',
  },
  'source-packages': {
    meaning:
      'The commit that an environment is rendered from has another package lock than the work tree, and its packages are not installed. Or its lock names packages that the package manager copies from folders of the project (`file:` of Yarn, pnpm and Bun), and the copies of today may be of other files.',
    reason: 'With the packages of today it might render to something that nobody has reviewed, and rendering installs nothing.',
    remedy:
      'Let `lockstep fetch` install them: by the package manager of that lock, exactly as it says, without running their scripts, into the cache of whoever runs it.',
    example: 'lockstep fetch prod',
  },
  'source-without-chart': {
    meaning: 'The commit that the lock of an environment names as its source includes a Helm chart, and does not hold its archive.',
    reason: 'The chart is rendered from that commit, too: an archive that is fetched into the work tree now would never be found there.',
    remedy:
      'Let `lockstep pin` fetch the archive where the environment is rendered from the work tree, commit it, and promote that commit.',
    example:
      'lockstep pin staging\ngit add vendor/helm && git commit --message "Add the chart"\nlockstep promote staging prod --source HEAD',
  },
  'source-without-environment': {
    meaning: 'The commit that the lock of an environment names as its source does not define that environment.',
    reason: 'The lock says that the environment is rendered from that commit, whatever the work tree defines.',
    remedy:
      'Promote a commit that defines it. To render it from the work tree, remove `source` from its lock. If the environment is to be dissolved, say so where it is defined (`removed`), and promote that.',
    example: 'lockstep promote staging prod --source main',
  },
  'source-unreviewed': {
    meaning:
      'The commit that an environment is to be rendered from is neither in the history of what is checked out, nor in that of the default branch of the remote or of the branch that is tracked there.',
    reason:
      'A forge gives out every commit of every fork by its id. In the diff of a lock one id looks like the other, and code that nobody has reviewed would be run, and reach the cluster. `lockstep fetch` would have packages installed for it.',
    remedy: 'Merge the commit first. If it is on another branch that is reviewed, such as a release branch, name that with `--reviewed`.',
    example: 'lockstep promote staging prod --source v1.4.1 --reviewed release-1.4',
  },
  'packages-failed': {
    meaning: 'A package manager could not install the packages of a commit by its own lock.',
    reason: 'Without them the environments that are rendered from that commit cannot be rendered.',
    remedy:
      'Read the words of the package manager at the end of the message. Most often it is not installed, its registry cannot be reached, or the lock does not fit the package.json beside it. It runs nothing of the project, neither scripts nor a `.pnpmfile.cjs` nor plugins of Yarn, and gets its own variables alone. Where it could not be kept from that, nothing is installed: a scanner of Bun (`bunfig.toml`), and packages of Yarn from repositories of git or by `exec:`; take those from a registry or an archive.',
    example: 'git worktree add /tmp/then 1a2b3c4 && cd /tmp/then && npm ci --ignore-scripts',
  },
} as const satisfies Explanations;
