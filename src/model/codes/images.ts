import type { Explanations } from './explanation.ts';

/** Images and the lockfile that holds their digests. */
export const images = {
  'image-invalid': {
    meaning: 'The text of an image is no image reference.',
    reason: 'The kubelet could not pull it: the pod would wait for ever (`InvalidImageName`).',
    remedy: 'Write the repository and a tag, with the registry before it where it is not the default one.',
    example: 'registry.example.com/team/app:1.4.2',
  },
  'image-without-tag': {
    meaning: 'An image has neither a tag nor a digest.',
    reason: 'It would mean `latest`: what runs would depend on the day the pod was started.',
    remedy: 'Say which version is meant.',
    example: 'nginx:1.27.3',
  },
  'image-not-pinned': {
    meaning: 'The lockfile of the environment has no digest for an image.',
    reason: 'A tag can be moved: the same commit would run different code on different nodes and days. The digest is what was reviewed.',
    remedy: 'Let the registry be asked for it, and commit the lockfile. Who cannot reach the registry adds the lines that the message has.',
    example: 'lockstep pin prod',
  },
  'pin-unused': {
    meaning: 'The lockfile holds an image that no object of the environment uses.',
    reason: 'It does no harm, and hides what is really in use.',
    remedy: 'Remove it from the lockfile, or let it be removed.',
    example: 'lockstep pin prod',
  },
  'image-fields-invalid': {
    meaning: 'An entry of `images` does not say of which kind which fields hold images.',
    reason: 'Images there would be rendered without a digest.',
    remedy: 'Name the kind, its group where it is none of Kubernetes, and the ways to the fields.',
    example: "images: [{ group: 'argoproj.io', kind: 'Rollout', paths: ['/spec/template/spec/containers/*/image'] }]",
  },
  'image-field-unused': {
    meaning: 'A way in `images` leads to no text in any object of its kind.',
    reason: 'With a typo in it, the images there are not pinned, and nobody would notice.',
    remedy: 'Correct the way: keys with `/` before each, and `*` for every entry of a list or a map.',
    example: "paths: ['/spec/jobs/*/image']",
  },
  'upgrade-invalid': {
    meaning:
      'An entry of `upgrades` has a key that is no repository of images, or that of another entry in other words, or a value that says of no tags that they may be used.',
    reason: 'What `lockstep pin --upgrade` may do would be unknown, or would silently be nothing.',
    remedy: 'Write the repository without a tag, and for it a range of versions as npm has it, a regular expression, or `false`.',
    example: "upgrades: { 'ghcr.io/acme/web': '~2.4', postgres: /^16\\.\\d+-alpine$/ }",
  },
  'upgrade-unused': {
    meaning: 'An entry of `upgrades` in an environment is of a repository from which none of its images is.',
    reason: 'With a typo in it, an image is never upgraded, and nobody would notice.',
    remedy: 'Correct the repository: as charts write it, or `ghcr.io/acme/*` for all that is below. Or remove the entry.',
    example: "upgrades: { 'ghcr.io/acme/web': '~2.4' }",
  },
  'upgrade-overruled': {
    meaning:
      'The tag that a chart writes is used, although `upgrades` has an entry for its repository, or another tag stood in for it before.',
    reason:
      'What stands in for a tag is never lower than that, and never outside of what the entry admits: where the chart writes something higher, something that is not admitted, or no version, the chart is right.',
    remedy: 'Nothing has to be done. Change the tag in the chart, or the entry, where that is not what is meant.',
    example: "upgrades: { 'ghcr.io/acme/web': '^3' }",
  },
  'upgrade-unfit': {
    meaning:
      'A newer tag of an image, which `upgrades` admits, is none of an image: a Helm chart or a signature in the same repository, or what was deleted and is listed still. It is passed over: the highest tag of an image stands in, or what was pinned before.',
    reason: 'A pod of it could not start, and it would keep everything else from being upgraded.',
    remedy:
      'Nothing has to be done. Where such tags have names of their own, leave them out by a regular expression. After ten tags that cannot stand in no more are looked at.',
    example: "upgrades: { 'ghcr.io/acme/web': /^\\d+\\.\\d+\\.\\d+$/ }",
  },
  'upgrade-unsigned': {
    meaning:
      'The registry has newer tags of an image, which `upgrades` admits, and no signature of them that `signatures` asks for. They are passed over: the highest tag that is signed stands in, or what was pinned before.',
    reason: 'One tag that nobody has signed yet would keep everything else from being upgraded.',
    remedy:
      'Nothing has to be done where the signature is still to come. Otherwise sign the image, and run `lockstep pin --upgrade` again. After ten tags without a signature no more are looked at.',
    example: 'cosign sign --key cosign.key ghcr.io/acme/web@sha256:…\nlockstep pin --upgrade',
  },
  'signature-invalid': {
    meaning:
      'An entry of `signatures` has a key that is no repository of images, or that of another entry in other words, or does not give a public key that images are signed by.',
    reason: 'Whether images are signed by whom they should be could not be told.',
    remedy:
      'Give the public key: the name of a file, from the folder of the project, or its text in PEM. It is ECDSA on P-256 or P-384, RSA of 2048 bits or more, or Ed25519, of which Cosign 3 makes signatures (Ed25519ph) that are not understood. A file or a text has one key: of several, write a list. A private key is never needed here, and does not belong into a project.',
    example: "signatures: { 'ghcr.io/acme/*': { key: './keys/cosign.pub' } }",
  },
  'signature-unused': {
    meaning: 'An entry of `signatures` in an environment is of a repository from which none of its images is.',
    reason: 'With a typo in it, nobody looks for the signatures that are meant.',
    remedy: 'Correct the repository: as charts write it, or `ghcr.io/acme/*` for all that is below. Or remove the entry.',
    example: "signatures: { 'ghcr.io/acme/*': { key: './keys/cosign.pub' } }",
  },
  'image-unmatched': {
    meaning: 'A name after `--image` of `pin`, or after `--only` of `promote`, fits no image of the environments.',
    reason: 'With a typo nothing would be done, and nobody would notice.',
    remedy: 'Name an image as the chart does, with its tag or without, or the end of its name. `*` stands for anything.',
    example: "lockstep pin --image '*/web'",
  },
  'lockfile-not-yaml': {
    meaning: 'The lockfile cannot be read as YAML.',
    reason: 'Its digests are not known, so no image can be pinned.',
    remedy: 'Correct it at the place beside the message, or take the last good version from git.',
  },
  'lockfile-wrong-type': {
    meaning: 'A part of the lockfile has to be an object and is something else.',
    reason: 'What it is meant to pin is not known.',
    remedy: 'Write `images:`, below it each image with its tag, and below that its `digest`.',
    example: 'images:\n  nginx:1.27.3:\n    digest: sha256:…',
  },
  'lockfile-unknown-key': {
    meaning: 'The lockfile has a key that it does not take.',
    reason: 'What stands under it has no effect: often it is a typo.',
    remedy: 'Correct or remove it.',
  },
  'lockfile-image-without-tag': {
    meaning: 'An image in the lockfile does not end with a tag.',
    reason: 'The lockfile says which digest a tag stands for: without a tag there is nothing that could be found.',
    remedy: 'Write the image as the chart does, with its tag.',
  },
  'lockfile-no-digest': {
    meaning: 'An image in the lockfile has no digest.',
    reason: 'It pins nothing: the image is looked up here, and not found.',
    remedy: 'Add `digest:` with the digest of the image, or remove the entry.',
  },
  'lockfile-bad-digest': {
    meaning: 'A digest in the lockfile is not `sha256:` and 64 hexadecimal digits in lower case.',
    reason: 'No registry would know it, and the pod could not start.',
    remedy: 'Copy the digest anew. It is that of the image index where there is one, so that it fits all architectures.',
  },
  'lockfile-bad-tag': {
    meaning: 'The `tag` of an image in the lockfile cannot be a tag.',
    reason: 'It stands in for the tag that the author writes, and would be rendered.',
    remedy: 'Write a tag alone, without its image, or remove it: then the tag of the author stands.',
    example: 'images:\n  nginx:1.27.3:\n    tag: "1.27.5"\n    digest: sha256:…',
  },
  'lockfile-bad-sha256': {
    meaning: 'What the lockfile says of a program under `tools`, or of a chart under `charts`, is not whole.',
    reason: 'Programs and charts are told by the sha256 of their bytes: without it anything might be used.',
    remedy: 'Remove the entry, and let `lockstep pin` write it anew.',
    example: 'tools:\n  helm:\n    version: v3.22.0\n    sha256:\n      linux-amd64: …',
  },
  'lockfile-bad-source': {
    meaning: 'The `source` of the lockfile is not the full id of a commit.',
    reason: 'The environment is rendered from that commit, and a name or a short id may mean another one tomorrow.',
    remedy: 'Write all its digits, or remove `source`: then the environment is rendered from the work tree.',
    example: 'source: 3f1c9f0e5a1b6a0c9d8e7f60514233445566778a',
  },
} as const satisfies Explanations;
