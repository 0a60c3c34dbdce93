import type { ApprovedDeletion } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import { compareText, keyOf } from '../model/ref.ts';
import type { Approval } from '../model/rendered.ts';
import { builtinKinds, type Kind } from '../schema/kinds.ts';

/** The approvals of an environment with exact refs, sorted. An approval that could never match an object is an error. */
export function resolveApprovals(given: unknown, here: Place): Checked<readonly Approval[]> {
  const diagnostics: Diagnostic[] = [];
  const approvals = new Map<string, Approval>();
  [given ?? []].flat().forEach((approval: unknown, i) => {
    const at = { ...here, pointer: `approvals[${i}]` };
    if (!isApproval(approval)) {
      diagnostics.push({ code: 'approval-invalid', severity: 'error', message: 'this approves nothing', at, help: form });
      return;
    }
    const kinds = builtinKinds().filter(({ kind }) => kind === approval.delete.kind);
    const problem = problemOf(approval, kinds);
    if (problem !== undefined) diagnostics.push({ code: 'approval-invalid', severity: 'error', ...problem, at });
    const { kind, group = kinds[0]?.group ?? '', namespace = '', name } = approval.delete;
    const ref = { group, kind, namespace, name };
    approvals.set(keyOf(ref), { ref, reason: approval.reason });
  });
  return { value: [...approvals.values()].toSorted((a, b) => compareText(keyOf(a.ref), keyOf(b.ref))), diagnostics };
}

const form = "write `{ delete: { kind: 'StatefulSet', namespace: 'shop', name: 'old' }, reason: 'the reason' }`";

/** Whether `given` has the form that the types ask for. */
function isApproval(given: unknown): given is ApprovedDeletion {
  if (!isObject(given) || !isObject(given['delete']) || typeof given['reason'] !== 'string') return false;
  const { kind, name, group = '', namespace = '' } = given['delete'];
  return [kind, name, group, namespace].every((part) => typeof part === 'string') && kind !== '' && name !== '';
}

/** `kinds` are Kubernetes' own of that name; of Event there are two. */
function problemOf({ delete: target, reason }: ApprovedDeletion, kinds: readonly Kind[]): Pick<Diagnostic, 'message' | 'help'> | undefined {
  const object = `\`${target.kind}/${target.name}\``;
  if (reason.trim() === '')
    return { message: `the deletion of ${object} is approved without a reason`, help: 'say who decided it and why' };
  if (target.group === undefined && kinds.length !== 1) {
    return { message: `it is open which \`${target.kind}\` may be deleted`, help: "give its `group`, or '' for the core group" };
  }
  const kind = kinds.find(({ group }) => group === (target.group ?? kinds[0]?.group));
  if (kind?.namespaced === true && (target.namespace ?? '') === '') {
    return { message: `${object} stands in a namespace, and the approval names none`, help: 'give its `namespace`' };
  }
  if (kind?.namespaced === false && (target.namespace ?? '') !== '') {
    return { message: `${object} has no namespace, and the approval names \`${target.namespace}\``, help: 'leave out `namespace`' };
  }
  return undefined;
}
