import type { Explanations } from '../explanation.ts';

/** What keeps git from doing what is asked of it. */
export const git = {
  'git-auth': {
    meaning:
      'The server of the repository does not know who asks, or does not let them: no credentials, wrong ones, or an unknown host key.',
    reason: 'Nothing is read or written there. Nobody is asked for a password, since an agent has nobody to ask.',
    remedy:
      'Check the credentials. Where a source names a Secret, they are what is in it. Else, for https the agent takes a token from `LOCKSTEP_GIT_TOKEN`; for ssh the key must be one that the server knows, and the host must stand in `known_hosts`.',
    example: 'LOCKSTEP_GIT_TOKEN=… lockstep agent --environment prod --source https://git.example.com/shop/deploy.git',
  },
  'git-blob-large': {
    meaning: 'A file on a rendered branch has more than 10,000,000 bytes.',
    reason:
      'No manifest is that large: the API server takes about 3 MB. Reading whatever a branch holds could exhaust the memory of an agent.',
    remedy: 'Look at the file, and take it off the branch. If Lockstep rendered it, split what it was made of.',
  },
  'git-branch-name': {
    meaning: 'A name cannot be the name of a branch: git takes it for something else, or it has more than 100 characters.',
    reason: 'Git would refuse it, or take it for an option or a range.',
    remedy: 'Use letters, digits, `-`, `_` and `/`.',
  },
  'git-cache-folder': {
    meaning: 'The folder for the copy of the rendered branch cannot be used: it cannot be written to, or other things are in it.',
    reason: 'The copy is emptied and made anew when it is broken, so it is never made in a folder that was not made for it.',
    remedy: 'Name an empty folder, or one that does not exist yet, where whoever runs the command may write.',
    example: 'lockstep plan prod --cache /var/cache/lockstep/prod',
  },
  'git-closed': {
    meaning: 'A file was to be read from a repository that was closed already, because the command was ending.',
    reason: 'What was being read for is not done.',
    remedy: 'Run the command again. If it happens without an interruption, please report it.',
  },
  'git-commit-gone': {
    meaning: 'The branch no longer leads to the commit that it had when its tip was asked for.',
    reason: 'The branch was rewritten in between, so what it holds now has not been looked at.',
    remedy: 'Nothing: an agent asks for the tip again by itself. A command is run again. If it stays, find out who rewrites the branch.',
  },
  'git-corrupt': {
    meaning: 'The repository lacks an object that it should have, or holds one that cannot be read.',
    reason: 'What is not read whole is not judged and not applied.',
    remedy:
      "An agent makes its copy anew by itself. In your own repository, `git fsck` tells what is broken; a fresh clone is the quickest cure. If the server's objects are refused, mend them there.",
  },
  'git-failed': {
    meaning: 'Git could not be started or did not end well, and its words are none that have a code of their own.',
    reason: 'What was to be read or written is not.',
    remedy: "Read the message: it ends with git's own words. The same command in a terminal tells more.",
  },
  'git-identity': {
    meaning: 'Git does not know whose name a commit is to have.',
    reason: 'A rollback is a commit of whoever asks for it, and history is to say who that was.',
    remedy: 'Tell git your name and address.',
    example: "git config --global user.name 'Ada'\ngit config --global user.email ada@example.com",
  },
  'git-locked': {
    meaning: 'Another git process works on the repository, or one was killed and left its lock file.',
    reason: 'Two writers at once would break it.',
    remedy: 'Wait until the other one has ended. If there is none, remove the `.lock` file that the message names.',
  },
  'git-missing': {
    meaning: 'There is no `git` program in `PATH`.',
    reason: 'Rendered branches are read and written with git.',
    remedy: 'Install git 2.34 or newer, or put it into `PATH`.',
  },
  'git-no-commit': {
    meaning: 'The repository of the project has no commit yet.',
    reason: 'What is published says which commit of the source it was rendered from.',
    remedy: 'Commit the project first.',
    example: "git add --all && git commit --message 'Begin'",
  },
  'git-no-repository': {
    meaning: 'The folder is not inside a git repository.',
    reason: 'Rendered branches stand in the repository of the project.',
    remedy: 'Run the command in the project, or make it a repository.',
    example: 'git init',
  },
  'git-object-id': {
    meaning: 'What should be the full id of a commit or a file, 40 or 64 hexadecimal digits, is something else.',
    reason: 'Git would look for it among branches and options, and might find what nobody meant.',
    remedy: 'Give the full id. If none was given by hand, the state that it was read from is damaged: please report it with the message.',
  },
  'git-object-type': {
    meaning: 'What should be a file in the repository is a folder, a commit or a tag.',
    reason: 'Only files are manifests.',
    remedy: 'Publish the environment again. If nobody wrote the branch by hand, please report it.',
  },
  'git-output': {
    meaning: 'Git said more than 64 MiB.',
    reason: 'It was stopped before it exhausted the memory.',
    remedy: 'Look at what the branch holds: a rendered branch is far smaller. Another repository may be meant.',
  },
  'git-ownership': {
    meaning: 'The repository belongs to another user, and git does not work on it.',
    reason: "A repository's settings can start programs: git runs none that another user wrote.",
    remedy: 'Make the folder your own. If you trust whoever owns it, tell git so.',
    example: 'git config --global --add safe.directory /srv/shop',
  },
  'git-path': {
    meaning: 'A file of a rendered tree has a path that git cannot hold: a part is empty, `.`, `..` or `.git`, or it is there twice.',
    reason: 'It would end outside of the tree, or in the settings of the repository.',
    remedy: 'Rendered paths are made by Lockstep: please report it, with the message.',
  },
  'git-protocol': {
    meaning: 'Git may not speak the protocol of the URL here.',
    reason: 'An agent speaks that of its source alone, so that a redirect or a submodule cannot lead it to local files or programs.',
    remedy: 'Use an https or ssh URL, and look for `url.<base>.insteadOf` and `protocol.allow` in the settings of git.',
  },
  'git-push-refused': {
    meaning: 'The server has a rule against the push: a protected branch, a missing right or a hook of its own.',
    reason: 'The branch is as it was: nothing was published.',
    remedy:
      'Let whoever publishes push to `environments/*-next`. Where the active branch is protected, publish a proposal in place of `--direct`.',
  },
  'git-redirected': {
    meaning: 'The server answers that the repository is elsewhere.',
    reason: 'Redirects are not followed: credentials would go to a server that nobody named.',
    remedy: 'Use the URL that the repository has now.',
  },
  'git-remote': {
    meaning: 'What is named to be pushed to is neither a remote nor a URL: it is empty or begins with `-`.',
    reason: 'Git would take it for an option.',
    remedy: 'Name one of `git remote`, or give a URL.',
    example: 'lockstep publish prod --push origin',
  },
  'git-repository-missing': {
    meaning: 'There is no repository at the URL, or none that these credentials may see.',
    reason: 'Servers do not tell the two apart, so that nobody learns which repositories there are.',
    remedy: 'Check the URL, and that the credentials may read the repository.',
  },
  'git-secret-invalid': {
    meaning:
      'The Secret that a source names does not say who reads it: keys are missing, do not fit together or the URL, or hold no such value; or its annotation `lockstep.dev/hosts` names other hosts than that of the URL.',
    reason: 'Nothing is sent to the server: what is guessed of credentials could be told to somebody whom they are not for.',
    remedy:
      'Put into it what the message names. For https: `username` and `password`; `bearerToken`; or `githubAppID`, `githubAppInstallationID` and `githubAppPrivateKey`, with `githubAppBaseURL` where it is not github.com; `ca.crt` beside each. An app of github.com reads at github.com alone. For ssh: `identity`, without a passphrase, and `known_hosts`. They are the keys that Flux uses, and the next look takes them without a restart.',
    example: 'kubectl create secret generic git --from-file=identity=./id_ed25519 --from-file=known_hosts=./known_hosts',
  },
  'git-secret-missing': {
    meaning: 'The Secret that a source names is not in the cluster, in the namespace where it is looked for.',
    reason: 'The repository is not asked without it: whoever named it did not mean to read as nobody.',
    remedy: 'Create it, or name another one. The next look takes it without a restart.',
    example: 'kubectl create secret generic git --from-literal=username=robot --from-literal=password=…',
  },
  'git-timeout': {
    meaning: 'Git took too long: a minute, two where it looks at the branches of a remote, or five where it fetches or pushes.',
    reason: 'It was stopped, so that a server that hangs does not hang the command.',
    remedy: 'Try again. If it stays, look at the network, at how large the repository is, and at whether a disk is full.',
  },
  'git-unreachable': {
    meaning: 'The server of the repository cannot be reached, or broke off.',
    reason: 'New commits are not seen. An agent keeps the cluster equal to the last one that it accepted meanwhile, and tries again.',
    remedy: 'Check name, port, proxy and certificates of the server, from where the command runs.',
  },
  'git-url-credentials': {
    meaning: 'The URL of the repository holds a password, or a user name that is none for ssh.',
    reason: 'URLs end in process lists, logs and the status.',
    remedy: 'Take them out of the URL, and hand a token over by `LOCKSTEP_GIT_TOKEN`.',
    example: 'LOCKSTEP_GIT_TOKEN=… lockstep agent --environment prod --source https://git.example.com/shop/deploy.git',
  },
  'git-url-unencrypted': {
    meaning: 'The URL of the repository is http, to another machine.',
    reason: 'Whoever is in between could change what is applied to the cluster.',
    remedy: 'Use https or ssh.',
  },
  'git-url-unsupported': {
    meaning: 'The URL of the repository is none that can be followed.',
    reason: 'Other forms start helper programs of git, or are taken for options.',
    remedy: 'Give an https or ssh URL, `user@host:path`, or a path that begins with `/` or `./`.',
    example: 'lockstep plan prod --source git@git.example.com:shop/deploy.git',
  },
} as const satisfies Explanations;
