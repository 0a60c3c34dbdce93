import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import { defaultRegistry } from '../../model/image.ts';
import { isLoopback } from '../../model/url.ts';

/** How a registry is reached. */
export interface Endpoint {
  /** The root of its API. */
  readonly root: URL;
  /** The same without TLS, where it may be had. */
  readonly plainRoot: URL | undefined;
  /** Certificates of authorities that are trusted for it, in PEM. */
  readonly authorities: readonly string[];
}

/** The host of the default registry's API. */
const hub = 'registry-1.docker.io';

/**
 * How `registry` is reached: over TLS. One on this machine, and one that is told to be insecure, may do without, if it does not speak
 * it. `certificates` are folders as Docker has them: below, a folder for each registry with certificates of authorities (`*.crt`).
 * Throws `Failure` for what is no host.
 */
export function endpointOf(
  registry: string,
  { insecure, certificates }: { readonly insecure: readonly string[]; readonly certificates: readonly string[] },
): Endpoint {
  const host = registry === defaultRegistry ? hub : registry;
  if (!URL.canParse(`https://${host}`)) {
    const help = 'correct the name of the image: what stands before its first `/` is a host, perhaps with a port';
    throw new Failure('registry-unreachable', `\`${registry}\` is no host`, { help, exit: exitCodes.input });
  }
  const isOpen = insecure.includes(registry) || isLoopback(new URL(`https://${host}`).hostname);
  return {
    root: new URL(`https://${host}/v2/`),
    plainRoot: isOpen ? new URL(`http://${host}/v2/`) : undefined,
    authorities: certificates.flatMap((folder) => certificatesIn(join(folder, registry))),
  };
}

function certificatesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.crt'));
    return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch (cause) {
    // Most registries have none of their own.
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw new Failure('registry-credentials', `certificates in \`${folder}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
}
