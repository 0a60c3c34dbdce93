import type { Explanations } from '../explanation.ts';

/** What keeps a rendered commit from being signed, or from being looked at. */
export const proof = {
  'signing-failed': {
    meaning: 'The rendered commit is to be signed, and git cannot: there is no key, or none that can be used here.',
    reason: 'No branch has moved: a branch whose commits are signed is not to get one that is not.',
    remedy:
      "See whether `git commit -S` signs in this repository: it is git's own configuration that counts (`user.signingKey`, `gpg.format`). Nobody is asked for a passphrase, so an agent has to hold the key. `--no-sign` does without a signature.",
    example: 'git config gpg.format ssh\ngit config user.signingKey ~/.ssh/id_ed25519.pub\nssh-add ~/.ssh/id_ed25519',
  },
  'signature-program': {
    meaning: 'The program that looks at signatures of this kind (`ssh-keygen`, `gpg` or `gpgsm`) does not run.',
    reason: 'Nothing is known of the signature, and that is no reason to trust it.',
    remedy: 'Install it, or tell git where it is.',
    example: 'git config gpg.program /usr/local/bin/gpg',
  },
  'signers-missing': {
    meaning: 'A commit is signed by an SSH key, and git is not told which of those to trust.',
    reason: 'Anybody can sign by some key.',
    remedy: 'Name a file with the keys of those who may publish.',
    example: 'lockstep verify prod --signed-by .github/allowed_signers',
  },
  'signers-unknown': {
    meaning: 'The project that is checked out does not load, and with it, who may sign for the environment.',
    reason: 'What nobody has to sign and what nobody knows the signers of are not the same.',
    remedy: 'Mend what `lockstep check` tells of the environment, or name the file with the signers.',
    example: 'lockstep merge prod --signed-by signers',
  },
  'signers-unreadable': {
    meaning: 'The file that says who may sign cannot be read: that of `--signed-by`, `--signers`, or `rendered.signedBy`.',
    reason: 'It says whom to trust: without it nobody is.',
    remedy:
      'Name a file of SSH keys, one in a line behind whose it is, as `ssh-keygen -Y verify` reads them, or a keyring that `gpg --export` wrote.',
    example: 'ada@example.com ssh-ed25519 AAAAC3Nz…',
  },
  'verify-unknown': {
    meaning:
      'What is to be verified is no environment that has a rendered branch, no branch and no commit of this repository, or two at once.',
    reason: 'There is nothing to look at.',
    remedy: 'Look at the name, or fetch the commit. A branch that only a remote has is read with `--remote`.',
    example: 'lockstep verify prod --remote',
  },
  'verify-not-rendered': {
    meaning: 'What is to be verified is no rendered commit: it has no index, or it is empty.',
    reason: 'Only what was rendered can be rendered again.',
    remedy: 'Name a rendered branch, or a commit of one.',
    example: 'lockstep verify environments/prod',
  },
  'verify-version': {
    meaning: 'The version of Lockstep that rendered a commit, which is among the packages of its source, does not render it again.',
    reason: 'Another version may well render other bytes: that would be no proof of anything.',
    remedy: 'Read its own words at the end of the message.',
  },
  'verify-many': {
    meaning: 'The branch has more commits than are verified at once.',
    reason: 'Each has to be rendered again, and to leave some out is not to be taken for a proof of them.',
    remedy: 'Say after which commit to begin: one that was verified before.',
    example: 'lockstep verify prod --all --since 3f2a91c',
  },
} as const satisfies Explanations;
