import type { Explanations } from '../explanation.ts';

/** Asking registries what tags stand for. */
export const registry = {
  'image-not-signed': {
    meaning:
      'An image that `signatures` of the environment asks a signature of has none by that key, or only one for another image or repository; or its pin in the lock does not say that the signature of this digest was found.',
    reason:
      'Whoever can push to the registry can put another image in its place; only who has the private key can sign it. `lockstep pin`, and `lockstep promote` where the lock has none, look for the signature before they write a digest, and note the key and the digest, as one hash. The note keeps anybody from adding a pin, or another digest, and forgetting the signature. It is a text in a file: who writes it on purpose deceives `synth`, and is found by whoever reviews the lock, and by `lockstep pin --check`, which looks for the signatures of all that the lock holds.',
    remedy:
      'Sign the image by its digest, with the private key of the one that the environment names, and pin it. An image that a chart writes with a digest is never looked at: leave the digest out. Signatures by certificates of an identity provider (keyless) are not looked for, and those of Cosign 3 by an Ed25519 key (Ed25519ph) not understood: take ECDSA. A signature is of a digest, in the classic form of one repository, too; as a bundle it names none, unless it tells one, which has to be this. Where an image has more than 200 signatures in one form, only the newest 200 are looked at, and the message says so: sign again. It is never of a tag: whoever can push may let a tag lead to another image that was signed once, an older one for instance, and what changes in the lock has to be reviewed.',
    example: 'cosign sign --key cosign.key ghcr.io/acme/web@sha256:…\nlockstep pin prod',
  },
  'image-unknown': {
    meaning: 'The registry has no image of that name and tag.',
    reason: 'A pod of it could never start (`ImagePullBackOff`).',
    remedy: 'Correct the name or the tag, or push the image first. Some registries say this, too, of what your account may not read.',
    example: 'lockstep pin prod --image web',
  },
  'image-unsupported': {
    meaning:
      'What the registry has under that name and tag is no image of OCI, and none of Docker since 2016 (schema 2): one that is older, a Helm chart, or a signature.',
    reason: 'What it is, and for which platforms, cannot be told; runtimes would not run it.',
    remedy: 'Look at its name and its tag; or build and push the image again with a tool of today.',
  },
  'proxy-invalid': {
    meaning: '`HTTPS_PROXY` or `HTTP_PROXY` is set to what is no URL of an HTTP proxy.',
    reason: 'Registries would have to be asked through it. A proxy of another type (SOCKS) is not spoken with.',
    remedy:
      'Write the URL of the proxy, with user and password before an `@` where it wants them. Hosts that need none stand in `NO_PROXY`.',
    example: 'HTTPS_PROXY=http://proxy.example.com:3128 NO_PROXY=registry.lan,10.0.0.0/8 lockstep pin',
  },
  'registry-credentials': {
    meaning: "Docker's configuration, or the helper that it names, does not tell who you are at the registry.",
    reason: 'Without that, only what everybody may read can be pinned, and it would look as if there were no image.',
    remedy: 'Log in again. Where a helper is named, it has to be on the PATH: `docker-credential-<name>`.',
    example: 'docker login registry.example.com',
  },
  'registry-damaged': {
    meaning: 'The registry, or something on the way, answered with other bytes than it said: their digest differs, or they are too many.',
    reason: 'A digest of wrong bytes would pin what nobody has, or what somebody slipped in.',
    remedy: 'Try again. If it stays so, look at proxies and caches between here and the registry.',
  },
  'registry-failed': {
    meaning: 'The registry, or the server that gives tokens for it, answered something that is no success, also when it was asked again.',
    reason: 'It may be overloaded, or you asked it too often without being logged in.',
    remedy: 'Wait and try again. What is pinned already needs no registry.',
  },
  'registry-insecure': {
    meaning: 'The registry wants to be told your credentials over a connection that is not encrypted.',
    reason: 'Whoever is in between could read them.',
    remedy: 'Let the registry have a certificate. For one in your own network that has none, say so.',
    example: 'lockstep pin dev --insecure-registry registry.lan:5000',
  },
  'registry-unauthorized': {
    meaning: 'The registry does not let you read the image: nobody is logged in there, or the account may not read it.',
    reason: 'Its digest cannot be asked for.',
    remedy: "Log in with Docker, or put the credentials into its `config.json`: Lockstep reads what Docker keeps, and Docker's helpers.",
    example: 'docker login registry.example.com',
  },
  'registry-unreachable': {
    meaning: 'The registry gives no answer: there is no such host, nothing listens, its certificate is not trusted, or it takes too long.',
    reason: 'Tags cannot be resolved. Rendering needs no registry: what is pinned stays pinned.',
    remedy: 'Check the name and the network. For an authority of your own, put its certificate where Docker looks for it.',
    example: '/etc/docker/certs.d/registry.example.com/ca.crt',
  },
  'chart-unknown': {
    meaning: 'There is no Helm chart of that name and version in its registry or repository.',
    reason: 'It cannot be fetched, and so nothing of it can be rendered.',
    remedy: 'Correct the URL or the version (the message names some). The last part of the URL of a repository is the name of the chart.',
    example: "{ chart: 'https://charts.example.com/stable/redis', version: '22.0.7' }",
  },
  'repository-unreadable': {
    meaning: 'What a repository of Helm charts gives as its `index.yaml` cannot be read.',
    reason: 'Without it, nobody knows where the archive of a chart is, and what its sha256 has to be.',
    remedy:
      'Open the URL: it may be a page of something else. The URL of a chart is that of its repository, with the name of the chart at the end.',
    example: "{ chart: 'https://charts.example.com/stable/redis', version: '22.0.7' }",
  },
  'chart-damaged': {
    meaning: 'The archive of a Helm chart is not what it is told to be: its sha256 is another one than that of the index or of the lock.',
    reason: 'Somebody has changed it, or pushed another chart under the same version.',
    remedy:
      'Ask whoever publishes the chart. If the new one is meant, remove its entry from `charts` in all locks that the message names, run `lockstep pin` for all of these environments, and review what they render otherwise: they share one archive.',
  },
  'chart-locks-differ': {
    meaning: 'The locks of several environments name the same archive of a Helm chart, each with another sha256.',
    reason:
      'There is one archive in the project for all of them: whatever it holds, it is not what one of the locks says, and what was reviewed there. Two branches that were merged may be the cause, each with what was there when it was pinned.',
    remedy:
      'Decide which one is right, and remove the entry from `charts` in the other locks: `lockstep pin` takes for them what the remaining one says. Remove it from all of them to take what the repository of the chart has now. Review what is rendered otherwise.',
    example: 'lockstep pin staging prod\nlockstep synth',
  },
} as const satisfies Explanations;
