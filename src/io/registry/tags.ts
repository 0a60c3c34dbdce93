import { exitCodes, Failure } from '../../model/failure.ts';
import { listAt } from '../../model/json.ts';
import { fetchPiece, type Talk } from './asking.ts';
import { objectIn } from './json.ts';
import { nextQuery } from './link.ts';
import { damaged } from './refusals.ts';

/** How many tags are asked for at once. Registries may give fewer, and none need give more. */
const pageSize = 1000;

/** Bytes of a page: a tag has 128 at most, but some registries give all at once. */
const pageLimit = 8 * 1024 * 1024;

/** Tags of one repository, at most: who has more has no use for the highest of them. */
const maxTags = 200_000;

/** Pages of them, at most: some registries give a hundred tags at once, whatever they are asked for. */
const maxPages = 2000;

/** A tag (OCI distribution specification, "Pulling manifests"). */
const tagForm = /^\w[\w.-]{0,127}$/;

/** All tags of a repository (OCI distribution specification, "Listing Tags"), each once. Throws `Failure`. */
export async function listTags(talk: Talk): Promise<readonly string[]> {
  const { registry, path } = talk.home;
  const found = new Set<string>();
  const asked = new Set<string>();
  for (let query: string | undefined = `?n=${pageSize}`; query !== undefined; ) {
    asked.add(query);
    const answer = await fetchPiece(talk, { below: `tags/list${query}`, accept: ['application/json'], limit: pageLimit });
    if (answer.status === 404) {
      throw new Failure('image-unknown', `there is no \`${registry}/${path}\``, { help: 'look at its name', exit: exitCodes.input });
    }
    const page = objectIn(answer.body.toString('utf8'));
    if (page === undefined) throw damaged(registry, `the list of tags of \`${path}\` is no JSON object`);
    for (const tag of listAt(page, 'tags')) if (typeof tag === 'string' && tagForm.test(tag)) found.add(tag);
    if (found.size > maxTags) throw damaged(registry, `\`${path}\` has more than ${maxTags} tags`);
    query = nextQuery(answer.headers.get('link') ?? '');
    if (query !== undefined && (asked.has(query) || asked.size === maxPages))
      throw damaged(registry, `the list of tags of \`${path}\` has no end`);
  }
  return [...found];
}
