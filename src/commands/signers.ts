import { exitCodes, Failure } from '../model/failure.ts';
import { objectAt } from '../model/json.ts';
import type { Cluster, Files, Signers } from '../ports.ts';

/** Those whom a ConfigMap names, in all of its keys. */
export function signersOf(
  cluster: Pick<Cluster, 'get'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Signers {
  return {
    place: `the ConfigMap \`${namespace}/${name}\``,
    async read(signal) {
      const answer = await cluster.get('v1', { group: '', kind: 'ConfigMap', namespace, name }, signal);
      if (!answer.ok)
        throw new Failure('environments-unreadable', `the ConfigMap \`${namespace}/${name}\` cannot be read: ${answer.error.message}`, {
          help: `the agent may read only the ConfigMaps that its role names: \`lockstep bootstrap <environment> --rbac --signers ${name}\``,
        });
      if (answer.value === undefined) return undefined;
      const data = Object.entries(objectAt(answer.value, 'data')).sort(([a], [b]) => (a < b ? -1 : 1));
      return data.flatMap(([, text]) => (typeof text === 'string' ? [text] : [])).join('\n');
    },
  };
}

/** Those whom a file names, which has to be there to begin with. Throws the `Failure` `signers-unreadable`. */
export async function signersIn(files: Pick<Files, 'read'>, path: string): Promise<Signers> {
  if ((await files.read(path)) !== undefined) return { place: `the file \`${path}\``, read: () => files.read(path) };
  throw new Failure('signers-unreadable', `there is no file \`${path}\`, which is to say who may sign`, {
    help: 'name a file with a line for each key: `ada@example.com ssh-ed25519 AAAA…` (ssh-keygen(1), ALLOWED SIGNERS)',
    exit: exitCodes.input,
  });
}
