/**
 * Why `name` cannot be the name of an environment, and what to do about it; undefined when it can. It becomes part of
 * branches, objects and labels. `-next` marks the branch of proposals; 50 characters leave room for what is put before and
 * behind it in a DNS label of 63.
 */
export function environmentNameProblem(name: unknown): { readonly message: string; readonly help: string } | undefined {
  if (typeof name !== 'string' || !/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(name)) {
    const help = 'use lower-case letters, digits and `-`, a letter or digit at both ends, at most 50 characters';
    return { message: `\`${String(name)}\` cannot be the name of an environment`, help };
  }
  if (!name.endsWith('-next')) return undefined;
  const help = 'the branch of its proposals would be taken for the branch of another environment';
  return { message: `\`${name}\` cannot be the name of an environment: it ends in \`-next\``, help };
}
