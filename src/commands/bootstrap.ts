import type { Command, Context } from '../cli/context.ts';
import { writeYaml } from '../codec/yaml-write.ts';
import { bootstrapObjects, type Declaration, declaredObjects, inClusterObjects, inClusterRights } from '../compile/bootstrap.ts';
import { judgeInstallation, judgeReport } from '../compile/bootstrap-options.ts';
import { applySetId, parentOf } from '../model/applyset.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RenderedTree } from '../model/rendered.ts';
import { renderOne } from './one.ts';
import { tellErrors } from './tell.ts';

/** `lockstep bootstrap`. */
export interface BootstrapOptions {
  readonly environment: string;
  readonly namespace: string;
  /** For an agent in the cluster: the repository. */
  readonly source?: string;
  /** What it runs; without, it is there already. */
  readonly image?: string;
  readonly secret?: string;
  /** Whether a forge is told how the environment does; a Secret that says who tells it, where that is not `secret`. */
  readonly report?: string | true;
  /** The ConfigMap that names those who may sign what is taken. */
  readonly signers?: string;
  /** Where an agent stands that keeps environments of all namespaces; without, it stands beside this one, and keeps those there. */
  readonly agentNamespace?: string;
  readonly replicas?: number;
  readonly onDelete?: 'keep' | 'prune';
  /** Of an agent in the cluster the rights alone. */
  readonly rbac: boolean;
}

/** Prints the objects that an administrator applies, so that the agent of an environment may work, or runs in the cluster. */
export const bootstrap: Command<BootstrapOptions> = async (context, options) => {
  const diagnostics = judgeInstallation(options);
  if (hasErrors(diagnostics)) {
    tellErrors(context, diagnostics);
    return exitCodes.input;
  }
  const rendering = await renderOne(context, options.environment);
  if (rendering === undefined) return exitCodes.input;
  const { source, report } = options;
  const { value: forge, diagnostics: unknown } =
    source === undefined || report === undefined ? { value: undefined, diagnostics: [] } : judgeReport(source, rendering.place.forge);
  if (hasErrors(unknown)) {
    tellErrors(context, unknown);
    return exitCodes.input;
  }
  print(context, objectsFor(rendering.tree, options, { branch: rendering.place.branch, report: forge }));
  return exitCodes.done;
};

function objectsFor(tree: RenderedTree, options: BootstrapOptions, where: Pick<Declaration, 'branch' | 'report'>) {
  const { environment, namespace, source, image, secret, report, signers, agentNamespace, rbac, replicas = 2, onDelete = 'keep' } = options;
  const place = { namespace, setId: applySetId(parentOf(environment, namespace)) };
  const declared = { ...place, secret, reportSecret: report === true ? undefined : report, signers, agentNamespace };
  if (rbac) return inClusterRights(tree, declared);
  if (source === undefined) return bootstrapObjects(tree.index, place);
  const declaration = { ...declared, ...where, source, onDelete };
  return image === undefined ? declaredObjects(tree, declaration) : inClusterObjects(tree, { ...declaration, image, replicas });
}

function print({ out, output }: Context, objects: readonly Manifest[]): void {
  if (output === 'json') out(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2));
  else
    out(
      objects
        .map((object) => writeYaml(object))
        .join('---\n')
        .trimEnd(),
    );
}
