import type { Policy } from '../authoring/policy.ts';
import type { Check, Finding, JudgedPod } from '../authoring/rule.ts';
import { parseImage } from '../model/image.ts';
import { stringAt } from '../model/json.ts';
import { type PackWithOptions, packOf, type RuleTexts, withOptions } from './pack.ts';
import { containersOf, imagesOf } from './pods.ts';

/** What `supplyChain` takes. */
export interface SupplyChainOptions {
  /**
   * The registries that images may come from, or parts of them: `ghcr.io`, `ghcr.io/acme`. An image without a registry is one
   * of `docker.io/library`. Default: all.
   */
  readonly registries?: readonly string[];
}

/** The rules of `supplyChain`. */
export const supplyChainTexts = {
  digest: {
    meaning: 'An image has no digest.',
    reason: 'A tag is moved by whoever may push to it. Only a digest says which bytes run, today and when the pod is started again.',
    remedy: 'Give the digest with the tag, or let the lock of the environment give it.',
    example: 'image: ghcr.io/acme/web:2.4.1@sha256:<the 64 digits of its digest>',
  },
  registry: {
    meaning: 'An image comes from a registry that the environment does not allow.',
    reason: 'Whoever runs a registry can run code in the cluster. The list says whom the environment trusts.',
    remedy: 'Copy the image to a registry of the list, or add its registry to `registries`.',
  },
  latest: {
    meaning: 'The tag of an image is `latest`, or it has neither a tag nor a digest, which means the same.',
    reason: 'Nobody can tell from it which version runs, and none can be gone back to.',
    remedy: 'Name the version that is meant.',
  },
  'pull-policy': {
    meaning: 'An image is never pulled, or pulled at each start although its digest says that it cannot have changed.',
    reason:
      'With `Never`, a pod starts only on nodes that happen to have the image. With `Always`, no pod starts while the registry is away.',
    remedy: 'Leave out `imagePullPolicy`: an image with a digest or a version is pulled where it is missing.',
  },
} as const satisfies RuleTexts;

function supplyChainOf({ registries }: SupplyChainOptions = {}): Policy {
  return packOf('supply-chain', supplyChainTexts, {
    digest: { of: 'pods', check: (pod, { env }) => (env.locksImages ? [] : withoutDigest(pod)) },
    registry: registries === undefined ? undefined : ofPods((pod) => elsewhere(pod, registries)),
    latest: ofPods(latest),
    'pull-policy': ofPods(pullPolicy),
  });
}

/** Where images come from: each has a digest and a version, and is pulled sensibly. With options: from the registries on a list. */
export const supplyChain: PackWithOptions<SupplyChainOptions> = withOptions(supplyChainOf);

function ofPods(check: (pod: JudgedPod) => readonly Finding[]): Check {
  return { of: 'pods', check };
}

function withoutDigest(pod: JudgedPod): readonly Finding[] {
  return imagesOf(pod)
    .filter(({ image }) => !image.includes('@'))
    .map(({ image, path }) => ({ message: `image \`${image}\` has no digest`, path }));
}

function elsewhere(pod: JudgedPod, registries: readonly string[]): readonly Finding[] {
  return imagesOf(pod).flatMap(({ image, path }) => {
    const repository = fullRepository(image);
    if (repository === undefined || registries.some((registry) => isWithin(repository, registry))) return [];
    return [
      {
        message: `image \`${shortened(image)}\` comes from \`${registryOf(repository)}\``,
        path,
        help: `allowed are \`${registries.join('`, `')}\``,
      },
    ];
  });
}

/** The repository with its registry, as container runtimes complete it; undefined when the image is none. */
function fullRepository(image: string): string | undefined {
  const repository = parseImage(image)?.repository;
  if (repository === undefined) return undefined;
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `docker.io/library/${first}`;
  const isRegistry = /[.:]/.test(first) || first === 'localhost';
  if (!isRegistry) return `docker.io/${repository}`;
  return first === 'index.docker.io' ? `docker.io/${rest.join('/')}` : repository;
}

/** An image for a message: its digest says nothing to people. */
function shortened(image: string): string {
  return image.split('@')[0] ?? image;
}

function isWithin(repository: string, registry: string): boolean {
  return `${repository}/`.startsWith(registry.endsWith('/') ? registry : `${registry}/`);
}

function registryOf(repository: string): string {
  return repository.split('/')[0] ?? repository;
}

function latest(pod: JudgedPod): readonly Finding[] {
  return imagesOf(pod).flatMap(({ image, path }) => {
    const { tag, digest } = parseImage(image) ?? { tag: '', digest: '' };
    if (tag === 'latest') return [{ message: `image \`${shortened(image)}\` has the tag \`latest\``, path }];
    return tag === undefined && digest === undefined ? [{ message: `image \`${image}\` has no tag, which means \`latest\``, path }] : [];
  });
}

function pullPolicy(pod: JudgedPod): readonly Finding[] {
  return containersOf(pod).flatMap(({ who, container, path }) => {
    const policy = stringAt(container, 'imagePullPolicy');
    const hasDigest = stringAt(container, 'image')?.includes('@') === true;
    const at = [...path, 'imagePullPolicy'];
    if (policy === 'Never') return [{ message: `${who} starts only where its image already is`, path: at }];
    return policy === 'Always' && hasDigest
      ? [{ message: `${who} asks the registry at each start for what its digest names`, path: at }]
      : [];
  });
}
