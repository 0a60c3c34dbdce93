import type { Problem } from '../../model/problem.ts';
import { isWithin, lifecycleOf } from '../../schema/builtin.ts';
import type { EmbeddedKind, Lifecycle } from '../../schema/embedded.ts';
import { builtinKinds, isBuiltinGroup } from '../../schema/kinds.ts';
import { meantOr, quotedList } from '../wording.ts';
import type { WrittenKind } from './subject.ts';

/** Betas that were switched on before new ones no longer were (KEP-3136), and that a supported minor still serves. */
const onByDefault: ReadonlySet<string> = new Set(['flowcontrol.apiserver.k8s.io/v1beta2', 'flowcontrol.apiserver.k8s.io/v1beta3']);

/** What `minor` of Kubernetes 1 makes of the version that objects of a kind are written in: removed, not there yet, or at its end. */
export function judgeVersion(written: WrittenKind, minor: number): readonly Problem[] {
  const { apiVersion, kind, group, version, builtin: known } = written;
  const lifecycle = lifecycleOf({ group, version, kind });
  if (known === undefined && lifecycle === undefined) return isBuiltinGroup(group) ? [unknownKind(written)] : [];
  const ranges = (known?.versions ?? []).filter((one) => one.version === version).map(({ minors }) => minors);
  if (ranges.some((minors) => isWithin(minors, minor))) return ending({ apiVersion, kind }, { lifecycle, minor });
  const next = ranges.find(([from]) => from > minor);
  const message = `the version \`${apiVersion}\` of \`${kind}\``;
  const path = ['apiVersion'];
  if (next !== undefined) {
    const help = otherwise(known, minor) ?? `raise \`kubernetes\` to 1.${next[0]} when the cluster has it`;
    return [
      {
        code: 'api-too-new',
        message: `${message} is served since Kubernetes 1.${next[0]}, and the target is 1.${minor}`,
        path,
        help,
      },
    ];
  }
  const help = replacementHelp(lifecycle) ?? otherwise(known, minor);
  const until = ranges.at(-1)?.[1];
  const since = until === undefined ? lifecycle?.removed : until + 1;
  const problem: Pick<Problem, 'code' | 'message'> =
    since === undefined
      ? { code: 'api-unknown', message: `${message} is none that Kubernetes ever had` }
      : { code: 'api-removed', message: `${message} was removed in Kubernetes 1.${since}, and the target is 1.${minor}` };
  return [{ ...problem, path, ...(help === undefined ? {} : { help }) }];
}

function unknownKind({ apiVersion, group, kind }: WrittenKind): Problem {
  const kinds = builtinKinds().filter((one) => one.group === group);
  const others = kinds.map((one) => one.kind);
  const message = `\`${apiVersion}\` has no kind \`${kind}\``;
  return { code: 'api-unknown', message, path: ['kind'], help: meantOr(`it has ${quotedList(others)}`, kind, others) };
}

function ending(
  { apiVersion, kind }: Pick<WrittenKind, 'apiVersion' | 'kind'>,
  { lifecycle, minor }: { readonly lifecycle: Lifecycle | undefined; readonly minor: number },
): readonly Problem[] {
  const path = ['apiVersion'];
  const isPreview = /(?:alpha|beta)\d+$/.test(apiVersion) && !onByDefault.has(apiVersion);
  const found: Problem[] = [];
  if (isPreview) {
    const message = `\`${apiVersion}\` of \`${kind}\` is switched off unless the API server is told otherwise`;
    found.push({
      code: 'api-preview',
      severity: 'warning',
      message,
      path,
      help: 'make sure that the cluster serves it (`--runtime-config`)',
    });
  }
  if (lifecycle?.deprecated !== undefined && lifecycle.deprecated <= minor) {
    const removed = lifecycle.removed === undefined ? '' : `, and 1.${lifecycle.removed} no longer has it`;
    const message = `\`${apiVersion}\` of \`${kind}\` is deprecated since Kubernetes 1.${lifecycle.deprecated}${removed}`;
    const help = replacementHelp(lifecycle);
    found.push({ code: 'api-deprecated', severity: 'warning', message, path, ...(help === undefined ? {} : { help }) });
  }
  return found;
}

function replacementHelp(lifecycle: Lifecycle | undefined): string | undefined {
  if (lifecycle?.replacement === undefined) return undefined;
  const [group = '', version = '', kind = ''] = lifecycle.replacement.split('/');
  return `use \`${group === '' ? version : `${group}/${version}`}\` of \`${kind}\``;
}

/** The versions of a kind that `minor` serves. */
function otherwise(known: EmbeddedKind | undefined, minor: number): string | undefined {
  const served = (known?.versions ?? []).filter(({ minors }) => isWithin(minors, minor));
  if (known === undefined || served.length === 0) return undefined;
  return `Kubernetes 1.${minor} serves ${quotedList(served.map(({ version }) => (known.group === '' ? version : `${known.group}/${version}`)))}`;
}
