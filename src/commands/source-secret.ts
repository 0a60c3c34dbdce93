import { hostsAnnotation } from '../model/declared.ts';
import { Failure } from '../model/failure.ts';
import { objectAt, stringAt } from '../model/json.ts';
import type { Cluster, SourceSecret } from '../ports.ts';

/** A Secret that is read each time that it is asked for: the remote is talked to no more often than its interval says. */
export function secretOf(
  cluster: Pick<Cluster, 'get'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): SourceSecret {
  return {
    namespace,
    name,
    async read(signal) {
      const answer = await cluster.get('v1', { group: '', kind: 'Secret', namespace, name }, signal);
      if (!answer.ok)
        throw new Failure('environments-unreadable', `the Secret \`${namespace}/${name}\` cannot be read: ${answer.error.message}`, {
          help: 'the agent may read only the Secrets that its role names: `lockstep bootstrap <environment> --rbac --secret <name>`, or `--report <name>`',
        });
      if (answer.value === undefined) return undefined;
      const data = objectAt(answer.value, 'data');
      return {
        data: Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
        hosts: stringAt(answer.value, 'metadata', 'annotations', hostsAnnotation),
      };
    },
  };
}
