import { environmentApi } from '../model/declared.ts';
import { forgeTypes } from '../model/forge.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { lockedBranchPattern, longestBranch, proposedBranchPattern, sharedBranchPattern } from '../model/rendered-place.ts';
import { forgeUrlPattern, gitCredentialsPattern, gitUrlPattern } from '../model/url.ts';

/** The CustomResourceDefinition of objects `Environment` (apiextensions.k8s.io/v1, with a structural schema). */
export function environmentDefinition(): Manifest {
  const { group, version, kind } = environmentApi;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `environments.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: 'environments',
        singular: 'environment',
        shortNames: ['lenv'],
        categories: ['lockstep'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

const columns: readonly JsonObject[] = [
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  { name: 'Revision', type: 'string', jsonPath: '.status.revision' },
  { name: 'Objects', type: 'integer', jsonPath: '.status.objects' },
  { name: 'Message', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

function text(description: string, more: JsonObject = {}): JsonObject {
  return { type: 'string', description, ...more };
}

/** A name of Kubernetes: a DNS subdomain (RFC 1123). */
function nameOf(description: string, maxLength = 253): JsonObject {
  return text(description, { minLength: 1, maxLength, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
}

const source: JsonObject = {
  type: 'object',
  description: 'Where the rendered branch is read from.',
  required: ['url'],
  properties: {
    url: text('The repository: `https://host/path`, `ssh://user@host/path` or `user@host:path`. Credentials stand in a Secret.', {
      minLength: 1,
      maxLength: 2048,
      'x-kubernetes-validations': [
        {
          rule: `self.matches(${JSON.stringify(gitUrlPattern)})`,
          message: 'expected https://host/path, ssh://user@host/path or user@host:path, and http:// only to a loopback address',
        },
        {
          rule: `!self.matches(${JSON.stringify(gitCredentialsPattern)})`,
          message: 'credentials do not belong here: name a Secret in `secretName`',
        },
      ],
    }),
    branch: text(
      'The branch that holds a folder for each of several environments: the folder of this one has its name. By default it has a branch of its own, `environments/<name>`.',
      {
        minLength: 1,
        maxLength: longestBranch,
        pattern: sharedBranchPattern,
        'x-kubernetes-validations': [
          {
            rule: `!self.matches(${JSON.stringify(lockedBranchPattern)})`,
            message: 'expected the name of a branch: no part of one ends in .lock',
          },
          {
            rule: `!self.matches(${JSON.stringify(proposedBranchPattern)})`,
            message: 'expected a branch that environments share, such as environments/fleet: this is a name of proposals',
          },
        ],
      },
    ),
    secretName: nameOf('The Secret of the same namespace that holds the credentials.'),
    interval: text('The time between two looks at the branch: `15s`, `1m30s`.', {
      default: '15s',
      maxLength: 20,
      pattern: '^([0-9]{1,6}(ms|s|m|h))+$',
      'x-kubernetes-validations': [{ rule: "duration(self) >= duration('1s')", message: 'expected at least 1s' }],
    }),
    signers: {
      type: 'object',
      description:
        'Who may sign. Where it is there, a commit is taken only if it, or what is attested of its tree, is signed by the SSH key of one of them.',
      required: ['configMapName'],
      properties: {
        configMapName: nameOf(
          'The ConfigMap of the same namespace that names them: each of its keys holds lines like `ada@example.com ssh-ed25519 AAAA…` (ssh-keygen(1), ALLOWED SIGNERS).',
        ),
      },
    },
  },
};

const report: JsonObject = {
  type: 'object',
  description: 'Where it is told how the environment does: a status `lockstep/<name>` of each commit of its branch, for reviews and gates.',
  required: ['forge'],
  properties: {
    forge: text('What the repository is at; `gitea` is Forgejo, too.', { enum: [...forgeTypes] }),
    url: text('The URL of the forge, where it is below a path, or at another host or port than git: what its pages begin with.', {
      minLength: 1,
      maxLength: 2048,
      'x-kubernetes-validations': [
        {
          rule: `self.matches(${JSON.stringify(forgeUrlPattern)})`,
          message: 'expected https://host, perhaps with a port and a path, without credentials; http:// only to a loopback address',
        },
      ],
    }),
    secretName: nameOf(
      'The Secret of the same namespace that says who tells: a token that may write commit statuses, under the key `token`, or the keys of a GitHub App. By default that of the source.',
    ),
  },
};

const suspend: JsonObject = {
  type: 'object',
  description: 'While it is there, nothing is changed and nothing repaired.',
  required: ['reason'],
  properties: {
    reason: text('Why.', { minLength: 1, maxLength: 200 }),
    by: text('Who is asked about it.', { minLength: 1, maxLength: 200 }),
    until: text('When it ends by itself.', { format: 'date-time' }),
  },
};

const dependsOn: JsonObject = {
  type: 'array',
  description: 'Environments of this cluster that have to be Ready before a new commit of this one is taken.',
  maxItems: 50,
  items: {
    type: 'object',
    required: ['name'],
    properties: {
      name: nameOf('The name of an Environment.', 63),
      namespace: nameOf('Its namespace, when it is another one.', 63),
    },
  },
};

const spec: JsonObject = {
  type: 'object',
  description: 'What is kept, from where and by whom.',
  required: ['source'],
  'x-kubernetes-validations': [
    {
      rule: '!has(self.report) || has(self.report.secretName) || has(self.source.secretName)',
      message: 'report needs a Secret: name it in report.secretName, or in source.secretName',
      fieldPath: '.report',
    },
  ],
  properties: {
    source,
    report,
    serviceAccountName: nameOf(
      "The ServiceAccount of the same namespace that changes the environment's objects: the agent impersonates it. `lockstep-<name>`, which is the default, or one that begins with `lockstep-<name>.`, so that no Environment uses the rights of another one.",
    ),
    mode: text('`sync` makes the cluster equal to the branch; `plan` changes nothing and says in the status what that would change.', {
      enum: ['sync', 'plan'],
      default: 'sync',
    }),
    onDelete: text(
      'What becomes of what the environment owns when this object is deleted. With `prune` the agent deletes that first, by its rights in this namespace: delete this object before its namespace. Where no agent can any more, `kubectl patch environment <name> --type=merge --patch \'{"metadata":{"finalizers":null}}\'` lets it go, and what it owns stays.',
      { enum: ['keep', 'prune'], default: 'keep' },
    ),
    suspend,
    dependsOn,
  },
};

const condition: JsonObject = {
  type: 'object',
  required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
  properties: {
    type: text('Ready, Reconciling or Stalled.', { maxLength: 316 }),
    status: text('Whether it is so.', { enum: ['True', 'False', 'Unknown'] }),
    reason: text('Why, in a word: `lockstep explain` tells more.', { maxLength: 1024 }),
    message: text('Why, in words.', { maxLength: 32768 }),
    lastTransitionTime: text('When its status changed last.', { format: 'date-time' }),
    observedGeneration: { type: 'integer', format: 'int64', description: 'The generation of the spec that it was judged for.' },
  },
};

/** A list of objects with these properties, of which those that are `required` are always there: all unless told. */
function listOf(description: string, properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: 'array', description, items: { type: 'object', required, properties } };
}

const which = text('Which: kind, namespace and name.');

/** A list of objects of the environment with what is said of each. */
function aboutObjects(description: string, more: JsonObject = {}): JsonObject {
  return listOf(description, { object: which, message: text('What is said of it.'), ...more }, ['object', 'message']);
}

const status: JsonObject = {
  type: 'object',
  description: 'How the environment does.',
  properties: {
    observedGeneration: { type: 'integer', format: 'int64', description: 'The generation of the spec that this is about.' },
    conditions: {
      type: 'array',
      description: 'Ready, Reconciling and Stalled, as kstatus and Flux mean them.',
      items: condition,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    latest: text('The newest commit of the branch that was seen.'),
    revision: text('The commit that the cluster is kept equal to.'),
    objects: { type: 'integer', description: 'How many objects the environment wants.' },
    behind: listOf('Slices that the revision was refused for, and the commit that each is kept equal to.', {
      slice: text('The slice.'),
      revision: text('A commit; empty for none.'),
    }),
    problems: aboutObjects('What is wrong with the newest commit, or with single objects.', { path: text('The file on the branch.') }),
    unhealthy: aboutObjects('Objects that are not Current, worst first.', { status: text('As kstatus has it.') }),
    planned: listOf('Where nothing is changed (`mode: plan`): what would be, the first 20 objects.', {
      object: which,
      change: text('create, update, repair, prune or release.'),
    }),
    held: aboutObjects('Objects that are left otherwise than the branch says.'),
    suspended: listOf('Slices that somebody keeps as they are: `lockstep hold <environment> slice/<name>`.', {
      slice: text('The slice.'),
      owner: text('Who is asked about it.'),
      reason: text('Why.'),
      until: text('When it ends.', { format: 'date-time' }),
    }),
  },
};

const schema: JsonObject = {
  type: 'object',
  description:
    'An environment that Lockstep keeps equal to its rendered branch `environments/<name>`, or to the folder `<name>` of a branch that it shares.',
  required: ['spec'],
  properties: {
    apiVersion: text('lockstep.dev/v1alpha1'),
    kind: text('Environment'),
    metadata: { type: 'object' },
    spec,
    status,
  },
  'x-kubernetes-validations': [
    {
      // No name of an environment has a dot, so that the accounts of `dev` are none of `dev-eu`.
      rule: "!has(self.spec.serviceAccountName) || self.spec.serviceAccountName == 'lockstep-' + self.metadata.name || self.spec.serviceAccountName.startsWith('lockstep-' + self.metadata.name + '.')",
      message:
        "`spec.serviceAccountName` is neither `lockstep-<name>` nor begins with `lockstep-<name>.`: it would be another environment's",
    },
    {
      rule: "self.metadata.name.matches('^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')",
      message: "an environment's name is of lower-case letters, digits and `-`, and has 63 characters at most",
    },
    {
      rule: '!has(self.spec.dependsOn) || self.spec.dependsOn.all(one, has(one.__namespace__) || one.name != self.metadata.name)',
      message: 'an environment cannot depend on itself',
    },
  ],
};
