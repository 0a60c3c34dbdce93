import type { Explanations } from '../explanation.ts';

/** Finding the cluster, and asking it. */
export const cluster = {
  'hold-failed': {
    meaning: 'The API server did not let the object be read, or the annotation of a hold be written or removed.',
    reason: 'The object is held, or not held, as it was before.',
    remedy: "Look at the server's words in the message: whoever holds an object needs the rights `get` and `patch` for it.",
    example: 'kubectl auth can-i patch deployments --namespace shop',
  },
  'hold-invalid': {
    meaning: 'The hold would not count, or it is not clear what is to be held.',
    reason:
      'The agent heeds only holds with an owner, a reason and an end at most 7 days ahead: an edit that is to last belongs into the source.',
    remedy: 'Name one object that the environment owns, with a time and a reason.',
    example: "lockstep hold prod Deployment/shop/web --for 2h --reason 'looking at a memory leak'",
  },
  'kubeconfig-cluster-missing': {
    meaning: 'A context of the kubeconfig names a cluster that stands in none of its files.',
    reason: 'Nobody knows which server is meant.',
    remedy: 'Add the cluster to `clusters`, or choose another context.',
  },
  'kubeconfig-context-missing': {
    meaning: 'The kubeconfig has no context of the name that was given, or that is its current one.',
    reason: 'To take another one instead could be to change the wrong cluster.',
    remedy: 'Take one of the names that the message lists.',
    example: 'kubectl config get-contexts',
  },
  'kubeconfig-credentials': {
    meaning: 'The user of the context has no credentials now: its plugin failed or took longer than a minute, or a file of it is gone.',
    reason: 'The API server would refuse every request.',
    remedy: 'Log in again as your cluster has it. Plugins are asked without a terminal, so those that ask a question cannot answer.',
    example: 'kubectl get namespaces',
  },
  'kubeconfig-invalid': {
    meaning: 'A file of the kubeconfig is no YAML, or holds no mapping.',
    reason: 'Nothing in it can be read. Its lines are not shown, since they may hold a token.',
    remedy: 'Mend the file at the line that the message names, or name another one with `--kubeconfig`.',
  },
  'kubeconfig-missing': {
    meaning: 'There is no kubeconfig: none is named, `KUBECONFIG` names none that is there, and your home folder has none.',
    reason: 'Nobody knows which cluster is meant.',
    remedy: 'Name one with `--kubeconfig`, or set `KUBECONFIG`. In a pod, the token of its ServiceAccount must be mounted.',
  },
  'kubeconfig-no-context': {
    meaning: 'The kubeconfig has no current context, and none was named.',
    reason: 'It may know several clusters, and to guess could be to change the wrong one.',
    remedy: 'Choose one with `--context`.',
    example: 'lockstep status prod --context prod-eu',
  },
  'kubeconfig-plain-http': {
    meaning: 'The server of the cluster has an `http:` URL, and is another machine.',
    reason: 'Everybody on the way could read the credentials and change the answers.',
    remedy: 'Use the https port of the API server. For `kubectl proxy`, its address on this machine will do.',
  },
  'kubeconfig-proxy': {
    meaning: 'The `proxy-url` of the cluster cannot be used.',
    reason: 'To go around the proxy would be to go where nobody said.',
    remedy: 'Correct it in the kubeconfig: an http, https or socks5 URL with a host and a port.',
    example: 'proxy-url: http://proxy.example.com:3128',
  },
  'kubeconfig-server-invalid': {
    meaning: 'The `server` of the cluster is missing, is no http or https URL, or has a user name or a password in it.',
    reason: 'There is nobody to ask, or credentials would stand in messages.',
    remedy: 'Correct it in the kubeconfig.',
    example: 'server: https://kubernetes.example.com:6443',
  },
  'kubeconfig-unreadable': {
    meaning: 'The kubeconfig, or a file of certificates, keys or tokens that it names, cannot be read.',
    reason: 'Without it the cluster is not known, or does not know who asks.',
    remedy: 'Put the file there, let whoever runs the command read it, or correct the path. Paths start from the folder of the kubeconfig.',
  },
  'kubeconfig-unsupported': {
    meaning: 'The user of the context acts for somebody else by `as-groups`, `as-uid` or `as-user-extra`.',
    reason: 'These would be left out, and the requests would have other rights than were meant.',
    remedy: 'Use a user that has the rights itself.',
  },
  'kubeconfig-user-missing': {
    meaning: 'A context of the kubeconfig names a user that stands in none of its files.',
    reason: 'The API server would be asked by nobody in particular, and refuse.',
    remedy: 'Add the user to `users`, or choose another context.',
  },
  'status-missing': {
    meaning: 'No agent has recorded a status of the environment in that namespace.',
    reason: 'The status is what the agent knows: without one there is none to show.',
    remedy: 'Start an agent, or name the namespace that its state is in, or the cluster that it is in.',
    example: 'lockstep status prod --namespace gitops --context prod-eu',
  },
  'status-unreadable': {
    meaning: 'The API server did not tell the status of the environment.',
    reason: 'Nothing is known of the environment; it may be well all the same.',
    remedy: "Look at the server's words in the message. To read a status takes the right to `get` ConfigMaps in the agent's namespace.",
  },
} as const satisfies Explanations;
