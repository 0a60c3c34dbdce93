import { z } from 'zod';
import { parseImage } from '../model/image.ts';

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
