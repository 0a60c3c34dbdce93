import { Option } from 'commander';
import { count, duration, listen, objectName, seconds, sharedBranch } from '../option-values.ts';
import type { Definition } from './definition.ts';
import { forgeWords, kubeContext, kubeconfig, namespace } from './shared.ts';

const signers = (words: string): Option =>
  new Option('--signers <file>', `${words}only what is signed by an SSH key of these (ssh-keygen(1), ALLOWED SIGNERS), itself or its tree`);

const cache = new Option('--cache <folder>', 'where the history is kept between runs');

/** Where several environments are folders of one branch; `needs` is what the option counts with. */
const branch = (needs: string): Option =>
  new Option(
    '--branch <name>',
    `${needs}the branch that it shares, as a folder of its name, with others (\`rendered.branch\`); by default it has one of its own`,
  ).argParser(sharedBranch);

/** The commands that are about a cluster. */
export const clusterCommands: readonly Definition[] = [
  {
    usage: 'agent',
    description: 'Keep a cluster equal to the rendered branch of an environment, or of all that objects `Environment` in it declare.',
    options: [
      new Option('--environment <name>', 'the environment to keep; by default those that are declared in the namespace'),
      new Option('--source <url>', 'with --environment: the repository of its branch; a token for https is $LOCKSTEP_GIT_TOKEN'),
      branch('with --environment: '),
      new Option('--all-namespaces', 'keep the environments that are declared in any namespace').default(false),
      new Option('--interval <seconds>', 'with --environment: between two looks at the branch (default: 15)').argParser(seconds),
      signers('with --environment: take '),
      new Option('--once', 'end when everything is Current, or when the commit is refused').default(false),
      new Option('--timeout <seconds>', 'how long --once waits (default: 300)').argParser(seconds),
      new Option(
        '--listen <host:port>',
        'serve /livez, /readyz, /metrics, and POST /hook, which looks at the branch now; its secret is in the file $LOCKSTEP_HOOK_SECRET_FILE, or $LOCKSTEP_HOOK_SECRET',
      )
        .argParser(listen)
        .conflicts('once'),
      new Option(
        '--report',
        'with --environment: tell the forge that the repository is at how the environment does, as a status of its commits, by the token in $LOCKSTEP_FORGE_TOKEN',
      ).default(false),
      ...forgeWords,
      namespace,
      kubeconfig,
      kubeContext,
      cache,
    ],
    examples: [
      'lockstep agent --environment prod --source https://git.example.com/shop.git',
      'lockstep agent --environment dev --source . --once --kubeconfig dev.kubeconfig',
      'lockstep agent --environment dev --source https://git.example.com/shop.git --report --forge gitea',
      'lockstep agent --environment prod --source https://git.example.com/rendered.git --branch environments/fleet',
      'lockstep agent --environment prod --source https://git.example.com/shop.git --signers signers',
      'lockstep agent --namespace lockstep --listen :8080',
      'lockstep agent --environment prod --source https://git.example.com/shop.git --listen :8080',
    ],
    run: async (context, options) => (await import('../agent.ts')).agent(context, options),
  },
  {
    usage: 'plan <environment>',
    description: 'Show what the agent would do with the branch as it is. Nothing is written.',
    options: [
      new Option('--source <url>', 'the repository of the rendered branch').default('.'),
      branch(''),
      new Option('--next', 'plan the proposal in place of the active branch').default(false),
      signers('as the agent is told it: take '),
      namespace,
      kubeconfig,
      kubeContext,
      cache,
    ],
    examples: ['lockstep plan prod --context eu-1', 'lockstep plan prod --next', 'lockstep plan prod --branch environments/fleet'],
    run: async (context, options) => (await import('../plan.ts')).plan(context, options),
  },
  {
    usage: 'status <environment>',
    description: 'Show how an environment does in its cluster. Exit 0: ready, 1: not yet, 3: somebody has to act.',
    options: [new Option('--watch', 'show every change until interrupted').default(false), namespace, kubeconfig, kubeContext],
    examples: ['lockstep status prod --context eu-1', 'lockstep status prod --watch --output json'],
    run: async (context, options) => (await import('../status.ts')).status(context, options),
  },
  {
    usage: 'hold <environment> <object>',
    description:
      'Keep an object, or a slice (`slice/<name>`), as it is in the cluster for a time, whatever the branch says: first hold, then edit. A slice takes no new commit meanwhile, and nothing of it is repaired.',
    options: [
      new Option('--for <duration>', 'for how long: 30m, 12h, at most 7d').argParser(duration),
      new Option('--reason <text>', 'why; the status shows it'),
      new Option('--owner <name>', "who is asked about it; by default git's user"),
      new Option('--end', 'end a hold: the agent makes it equal to the branch again').default(false),
      namespace,
      kubeconfig,
      kubeContext,
    ],
    examples: [
      "lockstep hold prod deployment/shop/web --for 1h --reason 'incident 4711: more replicas'",
      'lockstep hold prod deployment/shop/web --end',
      "lockstep hold prod slice/payments --for 12h --reason 'the database is being moved'",
    ],
    run: async (context, options) => (await import('../hold.ts')).hold(context, options),
  },
  {
    usage: 'bootstrap <environment>',
    description:
      'Print what an administrator applies once, so that the agent may do what the environment needs, and nothing more. For an agent in the cluster: with `--source`, also the object `Environment`; with `--image`, for its first environment, also the agent itself.',
    options: [
      new Option('--source <url>', 'for an agent in the cluster: the repository of the rendered branch'),
      new Option('--image <image>', 'print the agent, too, which runs this image: a version, best with its digest'),
      new Option('--secret <name>', 'the Secret in --namespace that holds the credentials of the repository').argParser(objectName),
      new Option(
        '--report [secret]',
        'let the agent tell the forge how the environment does, as a status of its commits, by a token in this Secret in --namespace; without one, by that in --secret',
      ).argParser(objectName),
      new Option(
        '--signers <config-map>',
        'the ConfigMap in --namespace that names who may sign: only what is signed by an SSH key of these is taken',
      ).argParser(objectName),
      // What is given is told from what is usual: it must not be given in vain.
      new Option('--replicas <count>', 'with --image: how many of it run (default: 2)').argParser(count),
      new Option(
        '--on-delete <what>',
        'with --source: what becomes of the objects when the object `Environment` is deleted (default: keep)',
      ).choices(['keep', 'prune']),
      new Option(
        '--rbac',
        'of all that, only the namespaces, the ServiceAccounts and their rights: what is applied when the content needs more',
      )
        .conflicts(['source', 'image'])
        .default(false),
      new Option(
        '--agent-namespace <name>',
        'for an agent in the cluster that keeps environments of all namespaces: where it stands; by default beside the environment, for that namespace alone',
      ),
      namespace,
    ],
    examples: [
      'lockstep bootstrap prod | kubectl apply --server-side -f -',
      'lockstep bootstrap prod --source https://git.example.com/shop.git --secret git --image ghcr.io/acme/lockstep:0.1.0',
      'lockstep bootstrap dev --source https://git.example.com/shop.git --secret git | kubectl apply --server-side -f -',
      'lockstep bootstrap dev --source https://git.example.com/shop.git --secret git --report forge',
      'lockstep bootstrap dev --source https://git.example.com/shop.git --secret git --signers signers',
      'lockstep bootstrap dev --source https://git.example.com/shop.git --namespace team-a --agent-namespace lockstep',
      'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
    ],
    run: async (context, options) => (await import('../bootstrap.ts')).bootstrap(context, options),
  },
];
