/** The one user that registries know which ask who somebody is. */
export const credentials = { username: 'ada', password: 'engine-1843' } as const;

/** The line of that user in an htpasswd file, in bcrypt at its lowest cost: `crypt('engine-1843', '$2b$04$…')` of crypt(3). */
export const htpasswdLine = 'ada:$2b$04$abcdefghijklmnopqrstuuRMxl54B2nP2NwgzFPhieLu.8Mnj4Oyi\n';

/** A user and a password as the header Authorization has them (RFC 7617). */
export function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
