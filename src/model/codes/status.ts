import type { Explanations } from './explanation.ts';

/** Why an environment is Ready or not: the reasons of its conditions, beside the codes of what is refused. */
export const status = {
  'apply-failed': {
    meaning:
      'The API server refuses an object of a commit that was accepted: it is not valid, not allowed, or would change what cannot be changed.',
    reason: 'The object stays as it was, and what depends on it waits; everything else is kept equal to the branch.',
    remedy: "Mend what the server's words say in the source and publish again.",
  },
  applying: {
    meaning: 'The commit is accepted, and some of its changes are not done yet.',
    reason: 'Changes are made in an order: what others stand on comes first.',
    remedy: 'Wait. If it stays, the status tells which objects hold it up.',
    example: 'lockstep status prod --watch',
  },
  contended: {
    meaning: 'Somebody else changes an object as often as it is repaired: another controller, a second tool, a person.',
    reason:
      'The message names who it is, by the field manager, and which fields. After five repairs in a row the agent pauses before each next one, up to five minutes, so that two writers do not wear out the API server.',
    remedy:
      'Decide whose the field is: declare it in `ignore`, and the other one keeps it; or stop the other one. A commit that changes the object is applied at once.',
    example: "manage(deployment, { ignore: ['/spec/replicas'] })",
  },
  'deletion-stuck': {
    meaning:
      'An object was deleted, and it is still there: nothing of it has moved for its deadline, ten minutes unless `progressDeadline` says otherwise.',
    reason:
      'Its finalizers keep it until whoever put them there has tidied up, and a namespace goes with the last object in it. Often the controller was deleted before, or an API does not answer.',
    remedy:
      'The message names the finalizers, since when, and who takes them off. Let the controller run until it is done; a finalizer is taken off by hand only when nobody will do what it stands for.',
    example: "kubectl get namespace shop --output jsonpath='{.status.conditions}'",
  },
  'dependency-not-ready': {
    meaning:
      'The newest commit is not taken yet: another environment of the cluster that this one needs is not Ready, or has not judged the newest commit of its own branch.',
    reason: 'Its object `Environment` names it (`spec.dependsOn`). Until then the cluster is kept equal to what was accepted before.',
    remedy: 'Look at the environment that the message names. The commit is taken as soon as that one is Ready at what its branch leads to.',
    example: 'kubectl get environments --all-namespaces',
  },
  dissolved: {
    meaning: 'All that the environment owned is deleted, and its object `Environment` is about to go.',
    reason: 'The object was deleted, and says `onDelete: prune`.',
    remedy: 'There is nothing to do.',
  },
  'finalizer-refused': {
    meaning: 'The API server, or a webhook, does not let the agent set or take off the finalizer of the object `Environment`.',
    reason: 'With `onDelete: prune` it keeps the object until all is deleted. Without it, things would be left that nobody keeps.',
    remedy: 'Read the message. When a right is missing, an administrator applies the rights that `lockstep bootstrap --rbac` prints.',
    example: 'lockstep bootstrap prod --rbac | kubectl apply --server-side -f -',
  },
  'health-failed': {
    meaning: 'An object was applied, and its own status says that it failed.',
    reason: 'It does not do what it is there for: a rollout that is stuck, a Job that gave up.',
    remedy:
      "Look at the object and its pods. Mend the source, or go back to what worked; with `onFailure: 'return'` the agent goes back by itself, and says here why it does not.",
    example: 'lockstep rollback prod --push',
  },
  'health-pending': {
    meaning: 'Everything is applied, and an object is not Current yet.',
    reason: 'A rollout takes its time. What takes longer than its deadline becomes `HealthFailed`.',
    remedy: 'Wait, or look at the object that the message names, and at what it says of its pods: a quota, a volume, a probe.',
  },
  held: {
    meaning: 'An object is left otherwise than the branch says: somebody holds it for a time, or has to allow a change.',
    reason: 'All else is as it should be, and this is not, because a person wants it so.',
    remedy: 'Wait until the hold ends, end it, or allow what the message says is waiting.',
    example: 'lockstep hold prod Deployment/shop/web --end',
  },
  'new-revision': {
    meaning: 'There is a commit that was not judged to the end yet, at least not for all slices.',
    reason: 'Until it is accepted or refused, the cluster is kept equal to what was accepted before.',
    remedy: 'Wait. If it stays, look at what the agent says.',
  },
  none: {
    meaning: 'The condition is not so, and there is nothing to say of it.',
    reason: 'Every condition has a reason: Kubernetes asks for one.',
    remedy: 'Look at the condition `Ready`, which says how the environment does.',
  },
  'outside-window': {
    meaning: 'The newest commit is not taken yet: its sync windows do not allow it now.',
    reason:
      'The environment says when it is changed (`syncWindows`). Until then the cluster is kept equal to what was accepted before, and what drifts is repaired.',
    remedy:
      'Wait: the newest commit is taken within a second of the next window. What cannot wait is published with other windows, which are reviewed with it.',
    example: "syncWindows: { allow: [{ days: ['Mon', 'Tue'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' }] }",
  },
  'plan-only': {
    meaning: 'The environment is only planned: its newest commit would change the cluster, and nothing is changed.',
    reason: 'Its object `Environment` says so (`spec.mode: plan`).',
    remedy: 'Look at what its status says would be changed. With `spec.mode: sync` that is done.',
    example: 'kubectl patch environment prod --namespace lockstep --type merge --patch \'{"spec":{"mode":"sync"}}\'',
  },
  retrying: {
    meaning: 'An object could not be changed or seen, for a reason that may pass: a timeout, a conflict, a webhook that does not answer.',
    reason: 'The object stays as it was meanwhile; the agent tries again with growing pauses.',
    remedy: "Wait. If it stays, the server's words in the message say what is in the way.",
  },
  'spec-invalid': {
    meaning: 'The object `Environment` says something that cannot be done. Nothing of the environment is changed.',
    reason: 'What it means could only be guessed.',
    remedy: 'Change its spec as the message says.',
    example: 'kubectl edit environment prod --namespace lockstep',
  },
  suspended: {
    meaning:
      'Somebody suspended the environment, or one of its slices: nothing of it is changed and nothing repaired, until then or until they end it.',
    reason: 'Its object `Environment` says so (`spec.suspend`), or for a slice `lockstep hold`, with a reason.',
    remedy: 'Ask whom the message names. When it is over, take `spec.suspend` away, or end the hold of the slice.',
    example: 'lockstep hold prod slice/payments --end',
  },
  synced: {
    meaning: 'Everything is as the newest commit wants it, and every object is Current.',
    reason: 'That is what the agent is for.',
    remedy: 'There is nothing to do.',
  },
  unreachable: {
    meaning: 'The branch cannot be read now, or is not there.',
    reason: 'New commits are not seen. The cluster is kept equal to the last one that was accepted.',
    remedy: 'Read the message: it says what the repository, git or the network answered.',
  },
  unwatched: {
    meaning: 'Objects of a kind cannot be watched now.',
    reason: 'What somebody else changes in them is not seen, and not repaired. What was seen before is believed.',
    remedy:
      'Read the message: a right of the agent may have been taken away (`lockstep bootstrap --rbac`), or the kind is served no longer.',
  },
  waiting: {
    meaning: 'An object waits for another one, or for something else that is not there yet, such as its kind.',
    reason: 'To apply it before would fail, or start it without what it needs.',
    remedy: 'Look at what the message says it waits for.',
  },
} as const satisfies Explanations;
