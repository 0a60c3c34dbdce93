import type { Explanations } from './explanation.ts';

/** What `lockstep bootstrap` is told of an agent in a cluster. */
export const bootstrap = {
  'bootstrap-incomplete': {
    meaning: '`lockstep bootstrap` is told something of an agent in a cluster, and not the repository that it reads.',
    reason: 'Without a repository it has nothing to do.',
    remedy:
      'Give `--source`, and `--image` for the first environment, with which the agent itself is printed. For the rights alone, say `--rbac`; for an agent that runs outside of the cluster, say none of them.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --image ghcr.io/acme/lockstep:0.1.0',
  },
  'bootstrap-options-unfit': {
    meaning: 'An option of `lockstep bootstrap` would change nothing of what is printed.',
    reason: 'Whoever gave it expects something of it: more replicas, or that the objects go with the environment.',
    remedy:
      '`--replicas` is for `--image`, with which the agent is printed; `--on-delete` for `--source`, with which the object `Environment` is; `--secret` and `--agent-namespace` for that and for `--rbac`. Give these, or leave it out.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --on-delete prune',
  },
  'bootstrap-source-invalid': {
    meaning: 'The `--source` of an agent in a cluster is no repository at a server, has credentials in it, or is http to another machine.',
    reason:
      'In a pod there are no files of yours, and who may read the object `Environment` would read the credentials; and whoever is in between could change what is sent by http.',
    remedy: 'Write `https://host/path`, `ssh://user@host/path` or `user@host:path`, and name a Secret with the credentials by `--secret`.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --secret git --image ghcr.io/acme/lockstep:0.1.0',
  },
} as const satisfies Explanations;
