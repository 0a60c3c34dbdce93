import { z } from 'zod';

/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and repository: `ghcr.io/acme/web`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | undefined;
}

const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?`;
const part = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const grammar = new RegExp(
  String.raw`^(?<repository>(?:${host}/)?${part}(?:/${part})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
);

/** The parts of `text` by the grammar of container registries (github.com/distribution/reference), or undefined when it has none. */
export function parseImage(text: string): ImageReference | undefined {
  const { repository, tag, digest } = grammar.exec(text)?.groups ?? {};
  return repository === undefined ? undefined : { repository, tag, digest };
}

/**
 * The schema of a container image: `nginx:1.27`, or with a digest. An environment's lock gives the digest of a tag when the
 * objects are rendered, so that a chart never sees it.
 */
export function image(): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const found = parseImage(text);
    if (found === undefined) context.addIssue({ code: 'custom', message: 'expected an image like "nginx:1.27"' });
    else if (found.tag === undefined && found.digest === undefined)
      context.addIssue({ code: 'custom', message: 'expected an image with a tag or a digest, like "nginx:1.27"' });
  });
}
