import { Option } from 'commander';
import { outputs } from '../../cli/context.ts';
import { usualNamespace } from '../../model/applyset.ts';
import { collect } from '../option-values.ts';
import type { Definition } from './definition.ts';
import { contextOption, insecureRegistry, kubeconfigOption, reviewed } from './shared.ts';

const direct = new Option('--direct', 'write `environments/<environment>` itself, without a proposal').default(false);
const push = new Option('--push [remote]', 'write at a remote of this repository, with a lease; default: origin');

/** The commands that read and write rendered branches. */
export const branchCommands: readonly Definition[] = [
  {
    usage: 'diff [environments...]',
    description:
      'Show what would happen to the clusters: what is rendered now, against the rendered branches. Exit 1: there is a difference.',
    options: [
      new Option('--from <commit>', 'compare with this rendered commit, or branch, in place of the branch of the environment'),
      new Option('--to <commit>', 'compare what this rendered commit, or branch, holds, in place of what is rendered now'),
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
    usage: 'publish <environment>',
    description: 'Commit the compiled YAML of an environment to its rendered branch, as a proposal unless told otherwise.',
    options: [
      direct,
      push,
      new Option('--allow-dirty', 'render uncommitted changes too; the commit says so').default(false),
      new Option('--overwrite-edits', 'undo what somebody changed by hand in the rendered branch').default(false),
      reviewed,
    ],
    examples: ['lockstep publish prod', 'lockstep publish prod --push', 'lockstep publish dev --direct --push origin'],
    run: async (context, options) => (await import('../publish.ts')).publish(context, options),
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
      new Option('--remote <name>', 'the remote that has rendered branches, and commits that are not here').default('origin'),
      insecureRegistry,
      reviewed,
    ],
    outputs,
    examples: [
      'lockstep promote staging prod',
      'lockstep promote staging prod --only web',
      'lockstep promote staging prod --source v1.4.0 --check',
    ],
    run: async (context, options) => (await import('../promote.ts')).promote(context, options),
  },
  {
    usage: 'rollback <environment>',
    description: 'Write the commit that takes a rendered branch back to an earlier one.',
    options: [new Option('--to <commit>', 'the rendered commit to go back to; by default the one before'), direct, push],
    examples: ['lockstep rollback prod --direct --push', 'lockstep rollback prod --to 3f2a91c'],
    run: async (context, options) => (await import('../rollback.ts')).rollback(context, options),
  },
];
