import type { RuleTexts } from '../pack.ts';

/** The rules of `access`. */
export const accessTexts = {
  wildcard: {
    meaning: 'A role grants `*`: all verbs, all resources, all API groups or all URLs.',
    reason: 'It grants also what is added later, by an operator or by the next version of Kubernetes, and what nobody thought of.',
    remedy: 'Name the verbs and resources that are used.',
  },
  'cluster-admin': {
    meaning: 'Somebody is bound to `cluster-admin`.',
    reason: 'It may do everything, everywhere when it is bound for the cluster: whoever gets its token has the cluster.',
    remedy: 'Bind a role with what is needed.',
  },
  escalation: {
    meaning: 'A role grants `escalate` or `bind` on roles, or `impersonate` on somebody.',
    reason: 'With the first two it may give itself any right; with the third it may act as anybody. Each is as good as `cluster-admin`.',
    remedy: 'Leave them out, or name the single roles or users by `resourceNames`.',
  },
  'cluster-secrets': {
    meaning: 'Somebody may list or watch Secrets in all namespaces.',
    reason: 'Listing shows their content: all passwords, keys and tokens of the cluster, those of its administrators too.',
    remedy: 'Bind the role in the namespaces where it is needed, by a RoleBinding, or grant `get` with `resourceNames`.',
  },
  'default-token': {
    meaning: 'Pods get the token of the ServiceAccount `default` of their namespace, and rights are bound to it.',
    reason: 'Every pod that names no ServiceAccount has these rights, the next one that somebody adds as well.',
    remedy: 'Give the pods that need rights a ServiceAccount of their own, and the others `automountServiceAccountToken: false`.',
  },
  'public-subjects': {
    meaning: 'Rights are bound to `system:anonymous`, `system:unauthenticated` or `system:masters`.',
    reason: 'The first two are whoever reaches the API server, without a login. The third passes by all rights and cannot be taken back.',
    remedy: 'Bind them to users, groups or ServiceAccounts of your own.',
  },
} as const satisfies RuleTexts;
