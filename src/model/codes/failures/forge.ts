import type { Explanations } from '../explanation.ts';

/** Asking GitHub, GitLab, Gitea and Forgejo. */
export const forge = {
  'forge-failed': {
    meaning:
      'A forge answers with something that is not what it should be: it does not take what it is asked, sends somewhere else, or answers with a page for people.',
    reason: 'Nobody knows then what became of the proposal, and what is there was left as it is.',
    remedy:
      'Read what the forge says at the end of the message. Where it answers with a page, or sends somewhere else, the URL is not that of the forge: tell the one that its pages begin with. Behind a single sign-on, its interface has to be reachable with a token alone.',
  },
  'forge-insecure': {
    meaning: 'The URL of a forge is not of `https`, and not of this very machine.',
    reason: 'Whoever stands between could read the token, and do with it all that you may do there.',
    remedy: 'Take the `https` URL.',
  },
  'forge-missing': {
    meaning: 'A forge has no such repository, commit or pull request, or the token may not see it.',
    reason: 'Forges say that something is not there, too, where it is hidden from whoever asks.',
    remedy:
      'Look at the name of the repository in the remote, and at what the token may do: that of a workflow is for its own repository alone, and one with fine-grained rights has to name the repository.',
  },
  'forge-refused': {
    meaning: 'A forge does not take the token, or does not let it do what is asked.',
    reason: 'Without it, no pull request is opened, updated or closed, and no commit gets a status.',
    remedy:
      'Give the token what the message names. GitHub: write access to pull requests, issues (for labels) and commit statuses, in a workflow by `permissions`; organizations may forbid that workflows open pull requests. GitLab: the scope `api` and the role Developer; `CI_JOB_TOKEN` is no such token. Gitea and Forgejo: the scopes `write:repository` and `write:issue`.',
    example: 'permissions:\n  contents: write\n  pull-requests: write\n  issues: write\n  statuses: write',
  },
  'forge-token': {
    meaning: 'There is no token for a forge, or the variable, or the Secret that `spec.report` names, holds something that is none.',
    reason: 'Forges let nobody open a pull request who does not say who they are.',
    remedy:
      'Set `LOCKSTEP_FORGE_TOKEN`. Where it is not set, `GITHUB_TOKEN` counts for GitHub, `GITLAB_TOKEN` for GitLab, and `GITEA_TOKEN` or `FORGEJO_TOKEN` for Gitea and Forgejo. It is told to the forge alone, and appears in no message. In a Secret, the key `token` holds it; a token by which git reads counts, too, and so do the keys of a GitHub App that may write commit statuses.',
    example: 'LOCKSTEP_FORGE_TOKEN="$(cat token)" lockstep publish prod --push',
  },
  'forge-unknown': {
    meaning: 'The remote of the repository does not tell which forge it is at, or which repository it is there.',
    reason: 'Of a host like `git.example.com` nobody knows whether GitHub Enterprise, GitLab, Gitea or Forgejo runs there.',
    remedy:
      'Tell the type of the forge: `github`, `gitlab` or `gitea`, which is Forgejo, too. Tell its URL where it is below a path, or at another host or port than git. Of `github.com`, `gitlab.com` and `codeberg.org` the type is known. A path on this machine is at no forge.',
    example: "{ type: 'gitlab', url: 'https://example.com/gitlab' }",
  },
  'forge-unreachable': {
    meaning: 'A forge gives no answer, says that it has a bad time, or was asked too often.',
    reason:
      'It was asked again, with pauses, as often as that may help. What was done until then stays, and is found when the command is run again.',
    remedy:
      'Look at the end of the message: a typo in the host, no network, a certificate that is not trusted (`NODE_EXTRA_CA_CERTS`), or a limit of requests. Then run the command again.',
  },
} as const satisfies Explanations;
