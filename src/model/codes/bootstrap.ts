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
  'bootstrap-source-invalid': {
    meaning: 'The `--source` of an agent in a cluster is no repository at a server, or has a password in it.',
    reason: 'In a pod there are no files of yours, and who may read the object `Environment` would read the password.',
    remedy: 'Write `https://host/path`, `ssh://user@host/path` or `user@host:path`, and name a Secret with the credentials by `--secret`.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --secret git --image ghcr.io/acme/lockstep:0.1.0',
  },
} as const satisfies Explanations;
