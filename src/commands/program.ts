import { Command, CommanderError, Option } from 'commander';
import { type Context, type Output, outputs } from '../cli/context.ts';
import { usualNamespace } from '../model/applyset.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { importsFolder } from '../model/imports-lock.ts';
import { kubernetesVersions, newestKubernetes } from '../model/kubernetes.ts';
import { collect, collectHosts, count, duration, folder, listen, objectName, readShard, seconds } from './option-values.ts';

/** What every command is told beside its own options. */
export interface CommonOptions {
  readonly output: Output;
}

/** Makes the context that a command runs in. */
export type MakeContext = (options: CommonOptions) => Context;

/** Where help and complaints about options go. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
}

/** What the arguments ask for, carried out. `version` is that of the package. */
export async function runProgram(
  argv: readonly string[],
  { version, makeContext, streams }: { readonly version: string; readonly makeContext: MakeContext; readonly streams: Streams },
): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const program = new Command('lockstep')
    .description('GitOps from typed TypeScript to the cluster.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.say })
    .showSuggestionAfterError()
    .addHelpText('after', epilogue);

  /** A command whose `run` gets its options, together with its arguments under their names. */
  const add = (definition: Definition): void => {
    const command = program.command(definition.usage).description(definition.description);
    for (const option of definition.options ?? []) command.addOption(option);
    command.addOption(
      new Option('--output <format>', 'what standard output gets').choices(definition.outputs ?? ['text', 'json']).default('text'),
    );
    command.addOption(new Option('--no-color', 'no colour, as with NO_COLOR=1'));
    command.addHelpText('after', `\nExamples:\n${definition.examples.map((example) => `  $ ${example}`).join('\n')}\n`);
    command.action(async (...given: unknown[]) => {
      const options = command.opts();
      const names = command.registeredArguments.map((argument) => argument.name());
      const args = Object.fromEntries(names.map((name, i) => [name, given[i]]));
      const all = { ...options, ...args } as Readonly<Record<string, unknown>>;
      // `to` is an option elsewhere, and no name.
      const named = {
        environment: all['environment'],
        namespace: all['namespace'],
        agentNamespace: all['agentNamespace'],
        from: args['from'],
        to: args['to'],
      };
      for (const [name, value] of Object.entries(named)) refuseName(command, name, value);
      // Commander types no options: the definition's own are what it was told to parse.
      exit = await definition.run(makeContext(options as CommonOptions), all as never);
    });
  };
  for (const definition of definitions) add(definition);

  try {
    await program.parseAsync(argv.length === 0 ? ['help'] : [...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.input;
  }
  return exit;
}

/** One command: how it is called, what it does, and the module that does it. */
interface Definition {
  readonly usage: string;
  readonly description: string;
  readonly options?: readonly Option[];
  /** Default: text and JSON. */
  readonly outputs?: readonly Output[];
  readonly examples: readonly string[];
  readonly run: (context: Context, options: never) => Promise<ExitCode>;
}

const epilogue = `
Exit codes: 0 done, 1 a difference, 2 wrong input, 3 the world failed, 4 refused by a guard, 130 interrupted.
`;

const kubeconfig = new Option('--kubeconfig <file>', 'the cluster; by default $KUBECONFIG, the pod, or your own file');
const kubeContext = new Option('--context <name>', 'a context of the kubeconfig');
const namespace = new Option('--namespace <name>', "the namespace of the agent's own state").default(usualNamespace);
const cache = new Option('--cache <folder>', 'where the history is kept between runs');
const direct = new Option('--direct', 'write `environments/<environment>` itself, without a proposal').default(false);
const push = new Option('--push [remote]', 'write at a remote of this repository, with a lease; default: origin');

const insecureRegistry = new Option('--insecure-registry <host>', 'a registry that may do without TLS; one on this machine may anyway')
  .argParser(collectHosts)
  .default([], 'none');
const reviewed = new Option('--reviewed <branch>', 'a branch whose commits may be a source, beside the default one and what is checked out')
  .argParser(collect)
  .default([], 'none');

const shard = (): Option =>
  new Option('--shard <i/n>', 'only this part of the environments, for jobs that share the work: 2/8').argParser(readShard);

const definitions: readonly Definition[] = [
  {
    usage: 'synth [environments...]',
    description: 'Compile environments into pinned YAML below dist/. Nothing is written when anything is wrong.',
    options: [
      new Option('--out <folder>', 'where the YAML goes').argParser(folder).default('dist'),
      shard(),
      new Option('--no-cache', 'compile anew, even when nothing has changed since the last time'),
      new Option('--watch', 'render again after every change, until interrupted').default(false),
      new Option('--when-asked').default(false).hideHelp(),
      new Option('--worker').default(false).hideHelp(),
    ],
    outputs,
    examples: [
      'lockstep synth',
      'lockstep synth prod staging --out /tmp/rendered',
      'lockstep synth --watch',
      'lockstep synth --shard 2/8',
      'lockstep synth --output github',
    ],
    run: async (context, options) => (await import('./synth.ts')).synth(context, options),
  },
  {
    usage: 'pin [environments...]',
    description:
      'Ask registries which digests the tags of images stand for, and write them into the lockfiles; fetch Helm charts. What is pinned stays as it is.',
    options: [
      new Option('--image <name>', 'pin these anew, and only these; `*` stands for anything')
        .argParser(collect)
        .default([], 'those that are not pinned'),
      new Option('--upgrade', 'let the highest tags stand in that the `upgrades` of environments admit; `--image`: only for these').default(
        false,
      ),
      new Option(
        '--check',
        'write nothing; exit 1 when a tag has moved, has a newer one, is not pinned, or is used no more, or when a chart is',
      ).default(false),
      new Option('--tools', 'pin the helm and kustomize that are installed, in the place of those that are pinned').default(false),
      insecureRegistry,
    ],
    outputs,
    examples: [
      'lockstep pin',
      "lockstep pin prod --image web --image '*/migrations'",
      "lockstep pin staging --image '*'",
      'lockstep pin --upgrade',
      'lockstep pin --check --upgrade',
    ],
    run: async (context, options) => (await import('./pin.ts')).pin(context, options),
  },
  {
    usage: 'import [what...]',
    description:
      'Make typed constructs of CustomResourceDefinitions (in a file, a folder, at an https URL, or of an environment) and of the kinds of a Kubernetes minor (`kubernetes@1.35`); without a name, of all that was imported before.',
    options: [
      new Option('--out <folder>', 'where the TypeScript goes').argParser(folder).default(importsFolder),
      new Option('--check', 'write nothing; exit 1 when a file or a source is not as it was').default(false),
      new Option('--update', 'take sources that are not what they were when they were imported').default(false),
    ],
    outputs,
    examples: [
      'lockstep import kubernetes@1.35 crds/',
      'lockstep import https://example.com/releases/v1.2.3/crds.yaml',
      'lockstep import prod --update',
      'lockstep import --check',
    ],
    run: async (context, options) => (await import('./import.ts')).importKinds(context, options),
  },
  {
    usage: 'check [what...]',
    description:
      'Tell what is wrong with environments and with the types of the project, or with manifests in files and folders (`-`: standard input). Nothing is written.',
    options: [
      new Option('--environment <name>', 'judge files by the version, the policies and the exceptions of an environment').conflicts([
        'kubernetes',
        'policies',
      ]),
      new Option('--kubernetes <minor>', `judge files by this version, by ${newestKubernetes} unless told`).choices(kubernetesVersions),
      new Option('--watch', 'check environments again after every change, until interrupted').default(false),
      new Option('--when-asked').default(false).hideHelp(),
      shard().conflicts('watch'),
      new Option(
        '--reproducible',
        'render twice, the second time under another locale and time zone and in another order; exit 1 when anything differs',
      )
        .conflicts(['watch', 'shard'])
        .default(false),
      new Option('--rendering <place>').choices(['here', 'elsewhere']).hideHelp(),
      new Option('--complete', 'judge that what objects in files name is in the files, too').conflicts('environment'),
      new Option('--policies <names>', 'judge files by built-in packs, with commas between them'),
    ],
    outputs,
    examples: [
      'lockstep check',
      'lockstep check --watch',
      'lockstep check --reproducible',
      'lockstep check prod --output sarif > lockstep.sarif',
      'lockstep check ./manifests --policies restricted',
      'kubectl kustomize overlays/prod | lockstep check - --complete',
      'helm template web ./chart | lockstep check - --environment prod',
    ],
    run: async (context, options) => (await import('./check.ts')).check(context, options),
  },
  {
    usage: 'fetch [environments...]',
    description:
      'Bring here the commits that locks name as the source of environments, and install their packages where they are others than those of the project.',
    options: [new Option('--remote <name>', 'the remote of this repository that has them').default('origin'), reviewed],
    examples: ['lockstep fetch', 'lockstep fetch prod --remote upstream'],
    run: async (context, options) => (await import('./fetch.ts')).fetch(context, options),
  },
  {
    usage: 'explain [code]',
    description: 'Tell what the code of an error means, why it matters and what to do about it; without one, list all codes.',
    examples: ['lockstep explain image-not-pinned', 'lockstep explain'],
    run: async (context, options) => (await import('./explain.ts')).explain(context, options),
  },
  {
    usage: 'diff [environments...]',
    description:
      'Show what would happen to the clusters: what is rendered now, against the rendered branches. Exit 1: there is a difference.',
    options: [
      new Option('--from <commit>', 'compare with this rendered commit, or branch, in place of the branch of the environment'),
      new Option('--to <commit>', 'compare what this rendered commit, or branch, holds, in place of what is rendered now'),
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
    run: async (context, options) => (await import('./diff.ts')).diff(context, options),
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
    run: async (context, options) => (await import('./publish.ts')).publish(context, options),
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
    run: async (context, options) => (await import('./promote.ts')).promote(context, options),
  },
  {
    usage: 'rollback <environment>',
    description: 'Write the commit that takes a rendered branch back to an earlier one.',
    options: [new Option('--to <commit>', 'the rendered commit to go back to; by default the one before'), direct, push],
    examples: ['lockstep rollback prod --direct --push', 'lockstep rollback prod --to 3f2a91c'],
    run: async (context, options) => (await import('./rollback.ts')).rollback(context, options),
  },
  {
    usage: 'agent',
    description: 'Keep a cluster equal to the rendered branch of an environment, or of all that objects `Environment` in it declare.',
    options: [
      new Option('--environment <name>', 'the environment to keep; by default those that are declared in the namespace'),
      new Option('--source <url>', 'with --environment: the repository of its branch; a token for https is $LOCKSTEP_GIT_TOKEN'),
      new Option('--all-namespaces', 'keep the environments that are declared in any namespace').default(false),
      new Option('--interval <seconds>', 'with --environment: between two looks at the branch (default: 15)').argParser(seconds),
      new Option('--once', 'end when everything is Current, or when the commit is refused').default(false),
      new Option('--timeout <seconds>', 'how long --once waits (default: 300)').argParser(seconds),
      new Option(
        '--listen <host:port>',
        'serve /livez, /readyz, /metrics, and POST /hook, which looks at the branch now; its secret is in the file $LOCKSTEP_HOOK_SECRET_FILE, or $LOCKSTEP_HOOK_SECRET',
      )
        .argParser(listen)
        .conflicts('once'),
      namespace,
      kubeconfig,
      kubeContext,
      cache,
    ],
    examples: [
      'lockstep agent --environment prod --source https://git.example.com/shop.git',
      'lockstep agent --environment dev --source . --once --kubeconfig dev.kubeconfig',
      'lockstep agent --namespace lockstep --listen :8080',
      'lockstep agent --environment prod --source https://git.example.com/shop.git --listen :8080',
    ],
    run: async (context, options) => (await import('./agent.ts')).agent(context, options),
  },
  {
    usage: 'plan <environment>',
    description: 'Show what the agent would do with the branch as it is. Nothing is written.',
    options: [
      new Option('--source <url>', 'the repository of the rendered branch').default('.'),
      new Option('--next', 'plan the proposal in place of the active branch').default(false),
      namespace,
      kubeconfig,
      kubeContext,
      cache,
    ],
    examples: ['lockstep plan prod --context eu-1', 'lockstep plan prod --next'],
    run: async (context, options) => (await import('./plan.ts')).plan(context, options),
  },
  {
    usage: 'status <environment>',
    description: 'Show how an environment does in its cluster. Exit 0: ready, 1: not yet, 3: somebody has to act.',
    options: [new Option('--watch', 'show every change until interrupted').default(false), namespace, kubeconfig, kubeContext],
    examples: ['lockstep status prod --context eu-1', 'lockstep status prod --watch --output json'],
    run: async (context, options) => (await import('./status.ts')).status(context, options),
  },
  {
    usage: 'hold <environment> <object>',
    description: 'Keep an object as it is in the cluster for a time, whatever the branch says: first hold, then edit.',
    options: [
      new Option('--for <duration>', 'for how long: 30m, 12h, at most 7d').argParser(duration),
      new Option('--reason <text>', 'why; the status shows it'),
      new Option('--owner <name>', "who is asked about it; by default git's user"),
      new Option('--end', 'end a hold: the agent makes the object equal to the branch again').default(false),
      namespace,
      kubeconfig,
      kubeContext,
    ],
    examples: [
      "lockstep hold prod deployment/shop/web --for 1h --reason 'incident 4711: more replicas'",
      'lockstep hold prod deployment/shop/web --end',
    ],
    run: async (context, options) => (await import('./hold.ts')).hold(context, options),
  },
  {
    usage: 'bootstrap <environment>',
    description:
      'Print what an administrator applies once, so that the agent may do what the environment needs, and nothing more. For an agent in the cluster: with `--source`, also the object `Environment`; with `--image`, for its first environment, also the agent itself.',
    options: [
      new Option('--source <url>', 'for an agent in the cluster: the repository of the rendered branch'),
      new Option('--image <image>', 'print the agent, too, which runs this image: a version, best with its digest'),
      new Option('--secret <name>', 'the Secret in --namespace that holds the credentials of the repository').argParser(objectName),
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
      'lockstep bootstrap dev --source https://git.example.com/shop.git --namespace team-a --agent-namespace lockstep',
      'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
    ],
    run: async (context, options) => (await import('./bootstrap.ts')).bootstrap(context, options),
  },
];

/** Environments and namespaces are DNS labels: anything else would end up in URLs and names that nobody meant. */
function refuseName(command: Command, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value))) return;
  const what = /namespace$/i.test(name) ? "agent's namespace" : 'environment';
  command.error(`error: \`${String(value)}\` cannot be the name of an ${what}: use lower-case letters, digits and \`-\``);
}
