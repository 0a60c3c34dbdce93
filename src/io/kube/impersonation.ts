import type { ApiError } from '../../model/apierror.ts';
import { refusal } from './errors.ts';
import type { Reply, Transport } from './transport.ts';

/**
 * `transport` in the name of `user`: authenticated as before, with the rights of `user` alone. It shares the connections, and leaves some of
 * them to others however many requests it has.
 */
export function sendingAs({ send, share }: Pick<Transport, 'send' | 'share'>, user: string): Pick<Transport, 'send'> {
  const own = share();
  return {
    async send(request) {
      const answer = await send({ ...request, as: user, share: own });
      return answer.ok && isNotPermitted(answer.value) ? { ok: false, error: notPermitted(answer.value, user) } : answer;
    },
  };
}

/**
 * Whether the API server does not let us act as somebody else, as opposed to what it does not let that one do (apiserver,
 * filters/impersonation): its words name the verb, where those of RBAC about an object name another one.
 */
function isNotPermitted(reply: Reply): boolean {
  return reply.status === 403 && /^\S+ "[^"]*" is forbidden: User "[^"]*" cannot impersonate\S* /.test(refusal(reply).message);
}

function notPermitted(reply: Reply, user: string): ApiError {
  const error = refusal(reply);
  const right = `it lacks the right to \`impersonate\` ${resourceOf(user)}`;
  return { ...error, message: `the agent may not impersonate \`${user}\`: ${right}: ${error.message}` };
}

/** What a rule has to name for `user`; ServiceAccounts are users with names of a form of their own. */
function resourceOf(user: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return name === undefined ? `\`users\` named \`${user}\`` : `\`serviceaccounts\` named \`${name}\` in the namespace \`${namespace}\``;
}
