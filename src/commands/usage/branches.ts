import { Option } from 'commander';
import { outputs } from '../../cli/context.ts';
import { usualNamespace } from '../../model/applyset.ts';
import { collect, duration, limit, objectName } from '../option-values.ts';
import type { Definition } from './definition.ts';
import {
  contextOption,
  forgeOptions,
  forgeWords,
  insecureRegistry,
  kubeContext,
  kubeconfig,
  kubeconfigOption,
  namespace,
  proposed,
  reopen,
  reviewed,
} from './shared.ts';

const direct = new Option('--direct', 'write `environments/<environment>` itself, without a proposal').default(false);
const push = new Option(
  '--push [remote]',
  'write at a remote, with a lease, and open a pull request where a forge is known, by the token in $LOCKSTEP_FORGE_TOKEN; default: where the environment has its rendered branches, else origin',
);
const slice = new Option('--slice <slice>', 'only what belongs to this slice; of the others, what is in force stays');
const noPullRequest = new Option('--no-pull-request', 'with --push: write the branches alone');

/** Which commit a history is told from. */
const tip = [
  new Option('--from <commit>', 'begin at this rendered commit, or branch, in place of the branch of the environment'),
  new Option('--live', 'begin at the commit that the agent says it applied: what is in the cluster').default(false).conflicts('from'),
  new Option('--remote [name]', 'read the branch of a remote of this repository, as it is there now; default: origin'),
  namespace,
  kubeconfig,
  kubeContext,
];

/** Both, since without the second one `undefined` would be no answer: git's configuration decides. */
const sign = [
  new Option('--sign', 'sign the commit as `git commit -S` does; default: where `commit.gpgSign` is set'),
  new Option('--no-sign', 'do not sign it, whatever git is told'),
];

/** The commands that read and write rendered branches. */
export const branchCommands: readonly Definition[] = [
  {
    usage: 'diff [environments...]',
    description:
      'Show what would happen to the clusters: what is rendered now, against the rendered branches. Exit 1: there is a difference.',
    options: [
      new Option('--from <commit>', 'compare with this rendered commit, or branch, in place of the branch of the environment'),
      new Option('--to <commit>', 'compare what this rendered commit, or branch, holds, in place of what is rendered now'),
      new Option('--slice <slice>', slice.description).conflicts(['to', 'against']),
      new Option('--against <environment>', 'compare with what another environment renders to').conflicts(['from', 'to', 'remote']),
      new Option('--remote [name]', 'read the branches of a remote of this repository, as they are there now; default: origin'),
      new Option('--live', 'compare with what the cluster holds: what an apply would change, as the API server says, which changes nothing')
        .conflicts(['from', 'against'])
        .default(false),
      kubeconfigOption().implies({ live: true }),
      contextOption().implies({ live: true }),
      new Option('--namespace <name>', `with --live: the namespace of the agent's own state (default: ${usualNamespace})`).implies({
        live: true,
      }),
    ],
    outputs: ['text', 'json', 'markdown', 'html'],
    examples: [
      'lockstep diff',
      'lockstep diff prod --remote --output markdown',
      'lockstep diff prod --to environments/prod-next',
      'lockstep diff --from 3f2a91c --to environments/prod',
      'lockstep diff staging --against prod',
      'lockstep diff prod --to environments/prod-next --output html > review.html',
      'lockstep diff prod --live --context eu-1',
      'lockstep diff prod --live --to environments/prod',
    ],
    run: async (context, options) => (await import('../diff.ts')).diff(context, options),
  },
  {
    usage: 'log <environment> [object]',
    description:
      'Show the history of a rendered branch, newest first: who let which source commit in. Of an object, only what changed it, and how.',
    options: [new Option('-n, --limit <count>', 'how many commits').argParser(limit).default(20), ...tip],
    examples: ['lockstep log prod --remote', 'lockstep log prod deployment/shop/web', 'lockstep log prod deployment/shop/web --live -n 1'],
    run: async (context, options) => (await import('../log.ts')).log(context, options),
  },
  {
    usage: 'blame <environment> <object>',
    description:
      'Show the YAML of an object with who made each line so: the rendered commit, the source commit and its author; and the line of TypeScript that makes the object. An object is `<kind>/<namespace>/<name>` or a file, with `:<line>` for one line.',
    options: [new Option('--field <pointer>', 'only this field: /spec/replicas'), ...tip],
    examples: [
      'lockstep blame prod deployment/shop/web',
      'lockstep blame prod deployment/shop/web --field /spec/replicas --live',
      'lockstep blame prod dist/prod/web/deployment.apps.shop.web.yaml:12',
    ],
    run: async (context, options) => (await import('../blame.ts')).blame(context, options),
  },
  {
    usage: 'publish [environments...]',
    description: 'Commit the compiled YAML of environments to their rendered branches, as proposals unless told otherwise.',
    options: [
      slice,
      direct,
      push,
      new Option('--allow-dirty', 'render uncommitted changes too; the commit says so').default(false),
      new Option('--overwrite-edits', 'undo what somebody changed by hand in the rendered branch').default(false),
      new Option('--allow-older', 'publish also what is older than what the branch is rendered from').default(false),
      new Option('--undo-rollback', 'publish also what a rollback took away').default(false),
      noPullRequest,
      reopen,
      new Option('--set <name>', 'propose them as one: one pull request into the branch `sets/<name>`, then `lockstep merge --set <name>`')
        .argParser(objectName)
        .conflicts(['direct', 'slice']),
      ...sign,
      reviewed,
    ],
    examples: [
      'lockstep publish prod',
      'lockstep publish --push',
      'lockstep publish prod-eu prod-us --set prod --push',
      'lockstep publish prod --slice payments --push',
      'lockstep publish dev --direct --push origin',
    ],
    run: async (context, options) => (await import('../publish.ts')).publish(context, options),
  },
  {
    usage: 'merge [environment]',
    description:
      'Put in force what was reviewed, by moving branches forward to the very commits: the proposal of an environment, or that of a set with all that it names. What has a pull request is left to the forge, unless the commit is named.',
    options: [
      new Option('--slice <slice>', 'merge the proposal of this slice').conflicts('set'),
      new Option('--commit <commit>', 'the commit that was reviewed: nothing else is merged, and this also where its pull request is open'),
      new Option('--set <name>', 'the proposal of the set of this name, and what the set then says may come into force').argParser(
        objectName,
      ),
      new Option('--signed-by <file>', 'only what somebody signed whom this file names; default: what `rendered.signedBy` names'),
      new Option(
        '--push [remote]',
        'merge at a remote, with a lease; default: where the environment has its rendered branches, else origin',
      ),
    ],
    examples: [
      'lockstep merge prod --commit 3f2a91c',
      'lockstep merge prod --push',
      'lockstep merge prod --slice payments --push',
      'lockstep merge --set prod --push',
      'lockstep merge --set prod --commit 3f2a91c',
    ],
    run: async (context, options) => (await import('../merge.ts')).merge(context, options),
  },
  {
    usage: 'verify <what>',
    description:
      'Prove that a rendered commit, or the tip of a branch or of an environment, is what its source renders to, byte for byte. Exit 1: it is not. Exit 3: nobody can tell. Exit 4: it is not signed by anybody who is trusted.',
    options: [
      new Option('--all', 'each commit of the branch, along first parents: 100 at most').default(false),
      new Option('--since <commit>', 'each one after this commit of the branch'),
      new Option('--signed', "it has to be signed, or its tree attested, by somebody whom git's configuration trusts").default(false),
      new Option(
        '--signed-by <file>',
        "the same, by somebody whom this file names: SSH's allowed signers, or an OpenPGP keyring; default: what `rendered.signedBy` names",
      ),
      new Option('--remote [name]', 'read branches and attestations of a remote of this repository; default: origin'),
      reviewed,
    ],
    examples: [
      'lockstep verify prod',
      'lockstep verify prod --remote --signed-by .github/allowed_signers',
      'lockstep verify environments/prod-next',
      'lockstep verify prod --since 3f2a91c',
    ],
    run: async (context, options) => (await import('../verify.ts')).verify(context, options),
  },
  {
    usage: 'promote <from> <to>',
    description:
      'Let an environment have the source commit and the pins of another one, and render it: show what changes, and write its lock and dist/.',
    options: [
      new Option('--only <image>', 'move the pins of these images alone, and nothing else; `*` stands for anything')
        .argParser(collect)
        .default([], 'everything')
        .conflicts('source'),
      new Option('--source <commit>', 'the commit to promote; by default the one that <from> is rendered from'),
      new Option('--allow-downgrade', 'go back to an older commit, or to a lower tag').default(false),
      new Option(
        '--when-healthy',
        'only what <from> is healthy with now, as its agent told the forge; the token is $LOCKSTEP_FORGE_TOKEN',
      ).default(false),
      new Option('--check', 'write nothing; exit 1 when something would change').default(false),
      proposed,
      reopen,
      new Option('--remote <name>', 'the remote that has rendered branches, and commits that are not here').default('origin'),
      ...forgeWords,
      insecureRegistry,
      reviewed,
    ],
    outputs,
    examples: [
      'lockstep promote staging prod',
      'lockstep promote staging prod --when-healthy',
      'lockstep promote staging prod --only web',
      'lockstep promote staging prod --source v1.4.0 --check',
      'lockstep promote staging prod --push',
    ],
    run: async (context, options) => (await import('../promote.ts')).promote(context, options),
  },
  {
    usage: 'gate <environment>',
    description:
      'Tell whether an environment is healthy at what its rendered branch holds: its agent tells the forge, by a status of that commit. Exit 0: it is, 1: not yet, 4: it has failed.',
    options: [
      new Option('--wait <duration>', 'ask again until it is known, for so long: 30m').argParser(duration),
      new Option('--remote <name>', 'the remote that has the rendered branches; default: where the environment has them, else origin'),
      ...forgeWords,
    ],
    examples: ['lockstep gate staging', 'lockstep gate staging --wait 30m && lockstep promote staging prod --when-healthy'],
    run: async (context, options) => (await import('../gate.ts')).gate(context, options),
  },
  {
    usage: 'comment <number>',
    description: 'Write standard input as a comment of a pull request, in the place of the one that was written before.',
    options: [
      new Option('--about <name>', 'what it is about: a pull request has one comment of each').argParser(objectName),
      ...forgeOptions,
    ],
    examples: ['lockstep comment 12 < diff.md', 'lockstep comment 12 --about shop < diff.md'],
    run: async (context, options) => (await import('../comment.ts')).comment(context, options),
  },
  {
    usage: 'propose <branch>',
    description: 'Open or update the pull request of a branch of the source that was pushed. It says what the commit at the tip says.',
    options: [new Option('--into <branch>', 'the branch that it is for; by default the one of the remote'), reopen, ...forgeOptions],
    examples: ['lockstep propose lockstep/upgrade'],
    run: async (context, options) => (await import('../propose.ts')).propose(context, options),
  },
  {
    usage: 'rollback <environment>',
    description: 'Write the commit that takes a rendered branch back to an earlier one.',
    options: [
      new Option('--to <commit>', 'the rendered commit to go back to; by default the one before'),
      direct,
      push,
      noPullRequest,
      ...sign,
    ],
    examples: ['lockstep rollback prod --direct --push', 'lockstep rollback prod --to 3f2a91c'],
    run: async (context, options) => (await import('../rollback.ts')).rollback(context, options),
  },
];
