import type { Explanations } from './explanation.ts';

/** What `lockstep bootstrap` is told of an agent in a cluster. */
export const bootstrap = {
  'bootstrap-incomplete': {
    meaning: '`lockstep bootstrap` is told a part of what an agent in a cluster needs: its image, or the repository, and not both.',
    reason: 'Without an image nothing runs, and without a repository it has nothing to do.',
    remedy: 'Give both. For the rights alone, say `--rbac`; for an agent that runs outside of the cluster, say neither.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --image ghcr.io/acme/lockstep:0.1.0',
  },
  'bootstrap-source-invalid': {
    meaning: 'The `--source` of an agent in a cluster is no repository at a server, has credentials in it, or is http to another machine.',
    reason:
      'In a pod there are no files of yours, and who may read the object `Environment` would read the credentials; and whoever is in between could change what is sent by http.',
    remedy: 'Write `https://host/path`, `ssh://user@host/path` or `user@host:path`, and name a Secret with the credentials by `--secret`.',
    example: 'lockstep bootstrap prod --source https://git.example.com/shop/deploy.git --secret git --image ghcr.io/acme/lockstep:0.1.0',
  },
} as const satisfies Explanations;
