import { named, type PipelineProject, type PipelineSystem, renderedBranches, shardsOf, tagged } from './project.ts';
import { previewName } from './scripts.ts';

/** What protects branches, in the words of the forge, and what else has to be set by hand there. */
export interface Protection {
  /** Patterns of branches, or what else it is set for. */
  readonly what: string;
  readonly rules: readonly string[];
}

/** What has to be set so that nothing gets to a cluster that nobody reviewed. The pipeline itself cannot set it, and should not be able to. */
export function protectionOf(system: PipelineSystem, project: PipelineProject): readonly Protection[] {
  if (system === 'hook') return [];
  return [...words[system](project), ...(project.preview === undefined ? [] : [previews(project)])];
}

/** Which environment a preview is, says the project; that there is an agent for it, the cluster. */
const previews = (project: PipelineProject): Protection => ({
  what: 'an environment for previews: `environments/previews.ts`',
  rules: [
    "const number = input('LOCKSTEP_PREVIEW', z.string().regex(/^\\d+$/).optional());",
    "const removed = input('LOCKSTEP_PREVIEW_REMOVED', z.literal('prune').optional());",
    `export default number === undefined ? [] : [defineEnvironment({ name: \`${previewName(project)}\${number}\`, removed, … })];`,
    `in namespaces of its own; an agent keeps it once it is told of it: \`lockstep bootstrap ${previewName(project)}<number>\``,
  ],
});

const words: Readonly<Record<Exclude<PipelineSystem, 'hook'>, (project: PipelineProject) => readonly Protection[]>> = {
  github: (project) => [
    {
      what: `a ruleset for \`${project.branch}\``,
      rules: [
        'Restrict deletions, Block force pushes',
        'Require a pull request before merging: 1 approval, Dismiss stale approvals, Require review from Code Owners',
        `Require status checks to pass: ${checksOf(project).join(', ')}; Require branches to be up to date`,
      ],
    },
    {
      what: `a ruleset for ${inForce(project)}`,
      rules: [
        'Restrict deletions, Block force pushes',
        'Require a pull request before merging: 1 approval, Dismiss stale approvals, Require approval of the most recent push',
        'an empty bypass list',
      ],
    },
    {
      what: `a ruleset for \`environments/*-next\`${project.preview === undefined ? '' : ' and `environments/preview-*`'}`,
      rules: [
        `Restrict creations, Restrict updates, Restrict deletions: bypass for whoever LOCKSTEP_FORGE_TOKEN is, ${project.preview === undefined ? 'or GitHub Actions' : 'and for GitHub Actions, which pushes previews'}`,
      ],
    },
    {
      what: 'Settings › Actions › General',
      rules: [
        'Workflow permissions: Read repository contents; Allow GitHub Actions to create and approve pull requests',
        'Fork pull request workflows: Require approval for first-time contributors, at least',
      ],
    },
    {
      what: 'a secret, if pull requests of upgrades shall start workflows: LOCKSTEP_FORGE_TOKEN',
      rules: [
        'of a GitHub App or a fine-grained token for this repository alone: Contents and Pull requests, read and write; Commit statuses, read',
      ],
    },
  ],
  gitlab: ({ branch, preview, ...project }) => [
    {
      what: `the protected branch \`${branch}\``,
      rules: [
        'Allowed to merge: Maintainers; Allowed to push and merge: No one; Allowed to force push: off',
        'Merge requests: Pipelines must succeed',
      ],
    },
    ...renderedBranches({ branch, preview, ...project }).map((pattern) => ({
      what: `the protected branch \`${pattern}\``,
      rules: [
        'Allowed to merge: Maintainers; Allowed to push and merge: No one; Allowed to force push: off',
        'an approval rule, where there are some',
      ],
    })),
    {
      what: 'the protected branch `environments/*-next`',
      rules: ['Allowed to push and merge: whoever LOCKSTEP_FORGE_TOKEN is; Allowed to force push: on'],
    },
    ...(preview === undefined
      ? []
      : [
          {
            what: 'the protected branch `environments/preview-*`',
            rules: ['Allowed to push and merge: whoever LOCKSTEP_PREVIEW_TOKEN is'],
          },
        ]),
    {
      what: 'variables of CI/CD, masked',
      rules: [
        'LOCKSTEP_FORGE_TOKEN, protected: a project access token, Developer, `api` and `write_repository`',
        'LOCKSTEP_COMMENT_TOKEN, not protected: a project access token, Reporter, `api`: it writes comments, and no branch',
        ...(preview === undefined
          ? []
          : [
              'LOCKSTEP_PREVIEW_TOKEN, not protected: a project access token, Developer, `write_repository`: only `environments/preview-*` is open to it',
            ]),
      ],
    },
    {
      what: 'pipeline schedules of the default branch',
      rules: [
        'LOCKSTEP_TASK=verify, every hour; LOCKSTEP_TASK=upgrade, every day',
        ...(preview === undefined ? [] : ['LOCKSTEP_TASK=expire, every day']),
      ],
    },
    ...included(project.folder),
    {
      what: 'merge requests of forks',
      rules: [
        'do not run their pipelines in the parent project before you read what they change: its variables that are not protected would be theirs',
      ],
    },
  ],
  jenkins: (project) => [
    ...anywhere(project),
    {
      what: 'the multibranch project',
      rules: [
        'Discover pull requests from forks, Trust: Nobody, or those who may write',
        ...(project.folder === '' ? [] : [`Script Path: ${project.folder}/Jenkinsfile`]),
        `exclude ${listed(renderedBranches(project))}: they hold no Jenkinsfile`,
      ],
    },
    {
      what: 'credentials',
      rules: [
        'lockstep-read, user and password: reads the repository, and no more',
        'lockstep-forge, secret text: writes branches and pull requests',
        'lockstep-comment, secret text: writes comments, and no branch',
        ...(project.preview === undefined ? [] : ['lockstep-preview, secret text: writes `environments/preview-*`, and no other branch']),
        'LOCKSTEP_FORGE_TOKEN is how a step sees one of the secret texts',
      ],
    },
  ],
  tekton: (project) => [
    ...anywhere(project),
    {
      what: 'the Repository of Pipelines-as-Code',
      rules: [
        'spec.settings.pipelinerun_provenance: default_branch, so that a pull request brings no runs of its own; strangers wait for `/ok-to-test`',
        'spec.concurrency_limit: 1, so that one publishes after the other',
      ],
    },
    {
      what: 'Secrets with the key `token`, in the namespace of the runs',
      rules: [
        'lockstep-forge: writes branches and pull requests',
        'lockstep-comment: writes comments, and no branch',
        ...(project.preview === undefined ? [] : ['lockstep-preview: writes `environments/preview-*`, and no other branch']),
      ],
    },
    {
      what: 'by the clock, from a CronJob or an EventListener of yours',
      rules: [
        `the tasks ${named(project, 'verify')} and ${named(project, 'upgrade')}${project.preview === undefined ? '' : `, and ${named(project, 'preview-expire')}`}`,
      ],
    },
  ],
};

/** How GitHub calls the jobs of the check: each part of a matrix is one of its own. */
function checksOf(project: PipelineProject): readonly string[] {
  const shards = shardsOf(project);
  const name = tagged(project, 'check');
  return shards === 1 ? [`\`${name}\``] : Array.from({ length: shards }, (_, i) => `\`${name} (${i + 1}/${shards})\``);
}

/** The branches that are in force, and what else their pattern would be of. */
function inForce(project: PipelineProject): string {
  const branches = renderedBranches(project);
  const others = branches.includes('environments/*')
    ? ['environments/*-next', ...(project.preview === undefined ? [] : ['environments/preview-*'])]
    : [];
  return `${listed(branches)}${others.length === 0 ? '' : `, without ${listed(others)}`}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' and ');
}

/** GitLab reads one file; it takes those of projects in folders from there. */
function included(folder: string): readonly Protection[] {
  if (folder === '') return [];
  return [
    {
      what: 'the file `.gitlab-ci.yml`',
      rules: ["include: [{ local: '.gitlab/lockstep-*.yml' }]", 'where it names stages of its own: check, publish and verify among them'],
    },
  ];
}

/** For a forge whose words are not known here. */
function anywhere({ branch, preview, ...project }: PipelineProject): readonly Protection[] {
  return [
    {
      what: `the branch \`${branch}\``,
      rules: ['changed by pull request alone, with an approval and the check; no force push, no deletion'],
    },
    {
      what: `the branches ${listed(renderedBranches({ branch, preview, ...project }))}`,
      rules: ['changed by pull request alone, with an approval, by administrators, too; no force push, no deletion'],
    },
    {
      what: `the branches \`environments/*-next\`${preview === undefined ? '' : ' and `environments/preview-*`'}`,
      rules: ['pushed, with force, by whoever publishes, and by nobody else'],
    },
  ];
}
