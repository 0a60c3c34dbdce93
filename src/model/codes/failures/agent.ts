import type { Explanations } from '../explanation.ts';

/** Why an agent does not take a commit, and what keeps it from its work. */
export const agent = {
  'agent-failed': {
    meaning: 'Something went wrong in a turn of the agent that nobody foresaw.',
    reason: 'The turn ended there. The agent forgets what it knew, reads all of it from the cluster, and tries again.',
    remedy: 'If it comes again, please report it with the message.',
  },
  'agent-outdated': {
    meaning: 'The commit requires something of its agent that this version of Lockstep does not know; the message names it.',
    reason:
      'An agent that passed over it would do what nobody reviewed: take a commit outside of its windows, or take a failure for a success.',
    remedy:
      'Upgrade the agent to the version that publishes, or publish with the version of the agent. Until then it keeps what it accepted before.',
    example: 'lockstep bootstrap prod --image ghcr.io/acme/lockstep:0.2.0 > prod.yaml',
  },
  'another-agent': {
    meaning: 'Another agent keeps the same environment, or changed what this one had recorded.',
    reason: 'Two that act for one environment would undo what the other one does: the one without the Lease stands back.',
    remedy: 'Run one agent for an environment. After a restart this passes by itself, when the Lease of the old one ends.',
    example: 'kubectl get leases --namespace lockstep',
  },
  'branch-edited': {
    meaning: 'The commit holds other manifests than its index says, or one of its files is no plain file.',
    reason: 'Order, rights and checks were made for what was rendered. What somebody added by hand was reviewed by nobody as that.',
    remedy: 'Make the change in the source and publish again, or revert the commit.',
  },
  'branch-emptied': {
    meaning: 'The commit holds no object, and the environment owns some.',
    reason: 'Everything would be deleted, and most often that is a mistake of what was merged.',
    remedy: 'Revert the commit. If the environment is to be dissolved, say so in it.',
    example: "removed: 'prune'",
  },
  'branch-missing': {
    meaning: 'The repository has no rendered branch of the environment.',
    reason: 'There is nothing to plan or to apply. An agent waits until it is there, and keeps what it had.',
    remedy: 'Publish the environment, or merge its first proposal. If it was published, check the URL of the source.',
    example: 'lockstep publish prod --direct --push',
  },
  'branch-not-rendered': {
    meaning: 'The commit has no index that can be read: Lockstep did not render it.',
    reason: 'An agent applies only what it can check.',
    remedy: 'Revert the commit, or publish the environment again.',
  },
  'branch-of-other-environment': {
    meaning: 'The commit was rendered for another environment than the one that the agent keeps.',
    reason: 'It would replace everything there by what belongs elsewhere.',
    remedy: 'Publish each environment to its own branch, and revert the merge that brought the other one here.',
  },
  'branch-rewritten': {
    meaning: 'The newest commit of the branch does not come after the one that was applied last.',
    reason: 'Whoever can rewrite history could bring back anything that was ever rendered, and nobody would have reviewed it.',
    remedy: 'Push the old history back, and go back by a commit.',
    example: 'lockstep rollback prod --push',
  },
  'commit-untrusted': {
    meaning: 'Neither the commit nor what is attested of its tree is signed by one of those who may sign.',
    reason: 'Whoever may push to the branch could put anything in force: a signature says that it is what was published.',
    remedy:
      'Publish from where git signs, by a key that the signers name. A commit that a forge made of a pull request is signed by nobody of yours: what is attested of its tree counts, which is written when it is published signed. The agent looks again by itself.',
    example: 'lockstep publish prod --sign --push',
  },
  'signers-unusable': {
    meaning: 'What is to say who may sign is not there, or names no SSH key.',
    reason: 'Where somebody has to sign and nobody may, no commit is taken. What was taken before is kept.',
    remedy:
      'Write a file of allowed signers, and give it to the agent, or put it into the ConfigMap that the object `Environment` names. An agent verifies signatures by SSH; OpenPGP and certificates are for `lockstep verify`.',
    example: 'kubectl --namespace lockstep create configmap signers --from-file=signers',
  },
  'deletion-budget': {
    meaning: 'The commit deletes more objects than one commit may: 5, or a fifth of what the environment owns where that is more.',
    reason: 'A chart that is gone by mistake would take everything with it.',
    remedy: 'Delete in smaller steps, or approve the deletions in the environment, each with a reason.',
    example: "approvals: [{ delete: { kind: 'Service', namespace: 'shop', name: 'old' }, reason: 'SHOP-7: replaced' }]",
  },
  'deletion-protected': {
    meaning: 'The commit deletes a Namespace, a volume, a claim, a StatefulSet or a CustomResourceDefinition.',
    reason: 'What these hold goes with them, and cannot be brought back.',
    remedy: 'Revert the commit, or approve the deletion in the environment, with a reason.',
    example: "approvals: [{ delete: { kind: 'Namespace', name: 'old' }, reason: 'SHOP-7: moved away' }]",
  },
  'folder-missing': {
    meaning: 'The branch that several environments share is there, and has no folder of this environment: the folder has its name.',
    reason:
      'There is nothing to plan or to apply. An agent waits until it is there, and keeps what it had: that a folder goes does not dissolve an environment.',
    remedy:
      'Publish the environment, or merge its first proposal. If it was published, compare the branch that the agent was told (`--branch`, or `spec.source.branch`) with `rendered.branch` of the environment.',
    example: 'lockstep publish prod --direct --push',
  },
  'environments-unreadable': {
    meaning: 'The objects `Environment` that tell an agent what to keep cannot be read, or their status not be written.',
    reason: 'Nobody serves the kind yet, a right is missing, or the API server does not answer. What is kept already is kept on.',
    remedy:
      'When the kind is missing, an administrator applies what `lockstep bootstrap` prints with `--source` and `--image`; when it is a right, what it prints with `--rbac`. The agent goes on by itself as soon as it can.',
    example: 'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
  },
  'inventory-lost': {
    meaning: 'The record of what the environment owns is damaged, or parts of it are gone from the cluster.',
    reason: 'It is rebuilt from labels and the branch. What cannot be found again that way is not deleted when the branch drops it.',
    remedy: 'Nothing: the agent goes on. Find out who changes or deletes the ConfigMaps of the agent.',
    example: 'kubectl get configmaps --namespace lockstep',
  },
  'preflight-failed': {
    meaning: 'The API server would refuse objects of the commit, as a dry run shows, or their files are not what was rendered.',
    reason:
      'Half of a change is worse than none of it: what was accepted last is kept. Slices that hold no such object take the commit all the same.',
    remedy: "Mend what the server's words say in the source and publish again, or revert the commit.",
    example: 'lockstep plan prod --next',
  },
  'preflight-unanswered': {
    meaning: 'The API server, or a webhook that it asks, did not answer for some objects of the commit.',
    reason: 'Nobody knows whether they would be taken, so the commit waits. It is neither accepted nor refused.',
    remedy: 'The agent tries again. If it stays, look at the admission webhook or the API service that the message names.',
  },
  'rollout-failed': {
    meaning:
      'The commit was taken, an object of it failed before it was ever healthy, and the environment goes back from that (`onFailure`).',
    reason:
      'The cluster is kept equal to the last commit that was healthy, slice by slice. The failed commit is not taken again, also not after a restart.',
    remedy:
      'Look at the object that the message names, mend the source and publish again, or revert the commit. Any newer commit is taken as usual.',
    example: 'lockstep rollback prod --push',
  },
  'source-failed': {
    meaning: 'The tip of the branch could not be read, for a reason that nobody foresaw.',
    reason: 'New commits are not seen. The agent keeps the cluster equal to the last one that it accepted meanwhile, and tries again.',
    remedy: 'Read the message. If the repository can be reached from there, please report it.',
  },
  'state-forbidden': {
    meaning: 'The agent may not read or write its own state: a ConfigMap or the Lease in its namespace.',
    reason: 'Without a record of what it owns it must not change anything.',
    remedy:
      'An administrator applies what `lockstep bootstrap` prints, with `--rbac` for an agent in the cluster: exactly the rights that the environment needs. In a namespace that is being deleted nobody can grant any: an Environment with `onDelete: prune` that keeps it is let go, and what it owns stays, by `kubectl patch environment <name> --type=merge --patch \'{"metadata":{"finalizers":null}}\'`.',
    example: 'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
  },
  'state-namespace-missing': {
    meaning: 'The namespace that the agent keeps its state in does not exist.',
    reason: 'Without a record of what it owns it must not change anything.',
    remedy:
      'An administrator applies what `lockstep bootstrap` prints, with `--rbac` for an agent in the cluster; or the agent is told another namespace.',
    example: 'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
  },
  'state-unreachable': {
    meaning: 'The API server did not answer when the agent read or wrote its own state.',
    reason: 'Without a record of what it owns it must not change anything. It tries again by itself.',
    remedy: "Look at the server's words in the message, and whether the API server can be reached from where the agent runs.",
  },
  'watch-refused': {
    meaning: 'The agent may not list and watch objects that the commit holds or drops.',
    reason: 'Without seeing them it cannot say what is there already, nor keep it so.',
    remedy:
      "When a right is missing, an administrator applies what `lockstep bootstrap` prints, with `--rbac` for an agent in the cluster; else look at the server's words.",
    example: 'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
  },
} as const satisfies Explanations;
