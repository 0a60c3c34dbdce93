import { homeOf } from '../../model/image.ts';
import type { Clock } from '../../ports.ts';
import type { Talk } from './asking.ts';
import { type Credentials, credentialsFor, type DockerConfig } from './credentials.ts';
import { endpointOf } from './endpoint.ts';
import { type HttpProxy, proxyFor } from './proxy.ts';
import { trusted } from './trust.ts';

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

/** Begins talks about repositories. Who one is at a registry is looked up once, and so are its tokens. */
export function openTalks(options: RegistryOptions): (repository: string, signal: AbortSignal) => Talk {
  const authorizations = new Map<string, string>();
  const known = new Map<string, Promise<Credentials | undefined>>();
  const { docker, insecure, clock, patience } = options;
  return (repository, signal) => {
    const home = homeOf(repository);
    const { registry } = home;
    // A helper may ask a person for something: once.
    const credentials = (): Promise<Credentials | undefined> => {
      const asked = known.get(registry) ?? credentialsFor(registry, docker, signal);
      known.set(registry, asked);
      return asked;
    };
    const { authorities, ...endpoint } = endpointOf(registry, options);
    const isOpen = insecure.includes(registry);
    const proxy = (url: URL): HttpProxy | undefined => proxyFor(url, docker.env);
    const manner = { trusted: trusted(authorities, docker.env), proxyFor: proxy, patience, signal };
    return { home, endpoint, credentials, isOpen, authorizations, clock, manner };
  };
}
