import { exitCodes, Failure } from '../../model/failure.ts';
import { homeOf } from '../../model/image.ts';
import type { Clock, FoundImage, Registry } from '../../ports.ts';
import { fetchPiece, type Talk } from './asking.ts';
import { type Credentials, credentialsFor, type DockerConfig } from './credentials.ts';
import { endpointOf } from './endpoint.ts';
import { digestOf, manifestTypes, platformsOfConfig, readManifest } from './manifest.ts';
import { damaged } from './refusals.ts';

/** How registries are asked. */
export interface RegistryOptions {
  readonly docker: DockerConfig;
  /** Registries that may do without TLS. */
  readonly insecure: readonly string[];
  /** Folders with certificates of authorities, as Docker has them. */
  readonly certificates: readonly string[];
  readonly clock: Pick<Clock, 'sleep'>;
  /** Milliseconds that a registry has for an answer. */
  readonly patience: number;
}

/** Bytes of a manifest: registries need take no more (OCI distribution-spec, "Pushing Manifests"). */
const manifestLimit = 4 * 1024 * 1024;

/** Bytes of the configuration of an image. */
const configLimit = 8 * 1024 * 1024;

/** Registries, asked by the OCI distribution specification. */
export function openRegistry(options: RegistryOptions): Registry {
  const authorizations = new Map<string, string>();
  const known = new Map<string, Promise<Credentials | undefined>>();
  return {
    async find({ repository, tag = 'latest' }, signal) {
      const home = homeOf(repository);
      const { docker, insecure, clock, patience } = options;
      const { registry } = home;
      // A helper may ask a person for something: once.
      const credentials = (): Promise<Credentials | undefined> => {
        const asked = known.get(registry) ?? credentialsFor(registry, docker, signal);
        known.set(registry, asked);
        return asked;
      };
      const { authorities, ...endpoint } = endpointOf(registry, options);
      const isOpen = insecure.includes(registry);
      return findImage({ home, endpoint, credentials, isOpen, authorizations, clock, manner: { authorities, patience, signal } }, tag);
    },
  };
}

async function findImage(talk: Talk, tag: string): Promise<FoundImage> {
  const { registry, path } = talk.home;
  const image = `\`${registry}/${path}:${tag}\``;
  const answer = await fetchPiece(talk, { below: `manifests/${tag}`, accept: manifestTypes, limit: manifestLimit });
  if (answer.status === 404) {
    throw new Failure('image-unknown', `there is no ${image}`, { help: 'look at its name and its tag', exit: exitCodes.input });
  }
  const digest = digestOf(answer.body);
  const told = answer.headers.get('docker-content-digest') ?? digest;
  // Of another algorithm nothing can be said.
  if (told.startsWith('sha256:') && told !== digest)
    throw damaged(registry, `the manifest of ${image} has the digest ${digest}, not the one that is told`);
  const manifest = readManifest(answer.body, answer.headers.get('content-type') ?? '');
  if (manifest === undefined) throw damaged(registry, `the manifest of ${image} is no JSON object`);
  if (!manifest.ok) throw new Failure('image-unsupported', `${image} cannot be pinned: ${manifest.why}`, { exit: exitCodes.input });
  return { digest, platforms: 'platforms' in manifest ? manifest.platforms : await platformsOf(talk, manifest.config) };
}

/** The platform of an image for one: it stands in the configuration of the image. */
async function platformsOf(talk: Talk, config: string): Promise<readonly string[]> {
  const { registry, path } = talk.home;
  const { status, body } = await fetchPiece(talk, { below: `blobs/${config}`, accept: ['*/*'], limit: configLimit });
  if (status === 404) throw damaged(registry, `it lacks ${config}, which the manifest of an image of \`${path}\` names`);
  if (digestOf(body) !== config) throw damaged(registry, `${config} of \`${path}\` has another digest`);
  return platformsOfConfig(body);
}
