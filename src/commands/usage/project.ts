import { Option } from 'commander';
import { outputs } from '../../cli/context.ts';
import { forgeTypes } from '../../model/forge.ts';
import { importsFolder } from '../../model/imports-lock.ts';
import { kubernetesVersions, newestKubernetes } from '../../model/kubernetes.ts';
import { branchName, collect, folder, plainUrl, readShard } from '../option-values.ts';
import type { Definition } from './definition.ts';
import { forgeWords, insecureRegistry, proposed, reopen, reviewed } from './shared.ts';

const shard = (): Option =>
  new Option('--shard <i/n>', 'only this part of the environments, for jobs that share the work: 2/8').argParser(readShard);

/** The commands that look at the project alone. */
export const projectCommands: readonly Definition[] = [
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
    run: async (context, options) => (await import('../synth.ts')).synth(context, options),
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
      proposed,
      reopen,
      ...forgeWords,
      insecureRegistry,
    ],
    outputs,
    examples: [
      'lockstep pin',
      "lockstep pin prod --image web --image '*/migrations'",
      "lockstep pin staging --image '*'",
      'lockstep pin --upgrade',
      'lockstep pin --check --upgrade',
      'lockstep pin --upgrade --push',
    ],
    run: async (context, options) => (await import('../pin.ts')).pin(context, options),
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
    run: async (context, options) => (await import('../import.ts')).importKinds(context, options),
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
    run: async (context, options) => (await import('../check.ts')).check(context, options),
  },
  {
    usage: 'fetch [environments...]',
    description:
      'Bring here the commits that locks name as the source of environments, and install their packages where they are others than those of the project.',
    options: [new Option('--remote <name>', 'the remote of this repository that has them').default('origin'), reviewed],
    examples: ['lockstep fetch', 'lockstep fetch prod --remote upstream'],
    run: async (context, options) => (await import('../fetch.ts')).fetch(context, options),
  },
  {
    usage: 'pipeline <system>',
    description:
      'Write the pipelines of a project for github, gitlab, jenkins or tekton, or a git hook (`hook`), and tell how to protect branches. They check, compare, publish, verify, upgrade and promote, in the folder that the project is in; each job may what it must. What somebody edited is left as it is.',
    options: [
      new Option(
        '--branch <name>',
        'the branch that the source is merged into; by default as before, or the default one of origin',
      ).argParser(branchName),
      new Option(
        '--image <name>',
        'the image of the jobs: a tag is pinned by its digest; by default as before, or one of Node.js with git',
      ),
      new Option('--preview <environment>', 'show pull requests in an environment `preview-<number>`, with the lock of this one'),
      new Option('--no-preview', 'show none any more'),
      new Option(
        '--forge <type>',
        'for jenkins and tekton: what the repository is at, if its host does not tell; gitea is Forgejo, too',
      ).choices(forgeTypes),
      new Option('--forge-url <url>', 'for jenkins and tekton: where that is, if the remote does not tell').argParser(plainUrl),
      new Option('--check', 'write nothing; exit 1 when a file would be another one').default(false),
      new Option('--force', 'write over files that somebody edited').default(false),
    ],
    outputs,
    examples: [
      'lockstep pipeline github',
      'lockstep pipeline github --preview dev',
      'lockstep pipeline gitlab --image node:24-bookworm',
      'lockstep pipeline hook',
      'lockstep pipeline github --check',
    ],
    run: async (context, options) => (await import('../pipeline.ts')).pipeline(context, options),
  },
  {
    usage: 'explain [code]',
    description: 'Tell what the code of an error means, why it matters and what to do about it; without one, list all codes.',
    examples: ['lockstep explain image-not-pinned', 'lockstep explain'],
    run: async (context, options) => (await import('../explain.ts')).explain(context, options),
  },
];
