import { Option } from 'commander';
import { outputs } from '../../cli/context.ts';
import { collect, limit } from '../option-values.ts';
import type { Definition } from './definition.ts';
import { insecureRegistry, kubeContext, kubeconfig, namespace, proposed, reviewed } from './shared.ts';

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
    ],
    outputs: ['text', 'json', 'markdown'],
    examples: [
      'lockstep diff',
      'lockstep diff prod --remote --output markdown',
      'lockstep diff prod --to environments/prod-next',
      'lockstep diff --from 3f2a91c --to environments/prod',
      'lockstep diff staging --against prod',
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
      reviewed,
    ],
    examples: [
      'lockstep publish prod',
      'lockstep publish --push',
      'lockstep publish prod --slice payments --push',
      'lockstep publish dev --direct --push origin',
    ],
    run: async (context, options) => (await import('../publish.ts')).publish(context, options),
  },
  {
    usage: 'merge <environment>',
    description: 'Put the proposal of an environment in force, for teams without a forge: its branch goes forward to what was reviewed.',
    options: [
      new Option('--slice <slice>', 'merge the proposal of this slice'),
      new Option('--commit <commit>', 'the commit that was reviewed: nothing else is merged'),
      new Option(
        '--push [remote]',
        'merge at a remote, with a lease; default: where the environment has its rendered branches, else origin',
      ),
    ],
    examples: ['lockstep merge prod --commit 3f2a91c', 'lockstep merge prod --push', 'lockstep merge prod --slice payments --push'],
    run: async (context, options) => (await import('../merge.ts')).merge(context, options),
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
      new Option('--check', 'write nothing; exit 1 when something would change').default(false),
      proposed,
      new Option('--remote <name>', 'the remote that has rendered branches, and commits that are not here').default('origin'),
      insecureRegistry,
      reviewed,
    ],
    outputs,
    examples: [
      'lockstep promote staging prod',
      'lockstep promote staging prod --only web',
      'lockstep promote staging prod --source v1.4.0 --check',
      'lockstep promote staging prod --push',
    ],
    run: async (context, options) => (await import('../promote.ts')).promote(context, options),
  },
  {
    usage: 'rollback <environment>',
    description: 'Write the commit that takes a rendered branch back to an earlier one.',
    options: [new Option('--to <commit>', 'the rendered commit to go back to; by default the one before'), direct, push, noPullRequest],
    examples: ['lockstep rollback prod --direct --push', 'lockstep rollback prod --to 3f2a91c'],
    run: async (context, options) => (await import('../rollback.ts')).rollback(context, options),
  },
];
