import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeYaml } from '../../../src/codec/yaml-write.ts';
import { stringAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { freePort } from '../../controlplane/port.ts';
import { administratorFor, namespace } from '../../peers/account.ts';
import { type Artifact, serveArchives } from '../../peers/archives.ts';
import { applyDefinitions, controllerFlags, writeArtifact } from '../../peers/flux.ts';
import { start } from '../../peers/process.ts';
import { application, applier, home, nameOf } from './applications.ts';
import { allDone, applyAll, isReady } from './ground.ts';
import { type MttpBench, measureDeployed, millicores, patienceFor } from './measure.ts';

/** Flux's kustomize-controller, as it was built. */
export interface FluxProgram {
  readonly program: string;
  /** Paths of the definitions of its kinds. */
  readonly files: readonly string[];
}

/**
 * A Kustomization for each application, as Flux's own benchmark has them: over a source of its own with the same archive, whose values
 * are put in by `postBuild`. The bench plays source-controller, which is done before the time begins.
 */
export async function measureFlux(bench: MttpBench, { program, files }: FluxProgram) {
  const { stage, apps, folder } = bench;
  const { user, kubeconfig } = await administratorFor(stage, 'flux');
  mkdirSync(folder, { recursive: true });
  const archives = await serveArchives(folder);
  await applyDefinitions(stage, files);
  await applyAll(stage, [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: applier, namespace: home } }]);
  writeTemplate(join(folder, 'podinfo'));
  const artifact = archives.artifactOf(archives.pack(join(folder, 'podinfo')));
  const [metrics, health] = [await freePort(), await freePort()];
  const controller = start({
    program,
    args: controllerFlags(metrics, health),
    folder,
    env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: namespace },
  });
  const all = Array.from({ length: apps }, (_, app) => app);
  try {
    await controller.until(() => controller.lines.some((line) => line.includes('Starting workers')), 60);
    return await measureDeployed(bench, {
      who: 'flux',
      user,
      pid: () => controller.pid,
      async prepare(step) {
        if (step === 'install') await makeSources({ stage }, all, artifact);
      },
      async act(step) {
        await applyAll(
          stage,
          all.map((app) => kustomization(app, millicores[step])),
        );
        const { apiVersion, kind } = kustomization(0, 0);
        await allDone(stage.admin, {
          apiVersion,
          kind,
          count: apps,
          patience: patienceFor(apps),
          isDone: (live) => isReady(live) && stringAt(live, 'spec', 'postBuild', 'substitute', 'MCPU') === `${millicores[step]}m`,
        });
      },
    });
  } finally {
    await controller.stop();
    archives.close();
  }
}

const sourceKind = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository' } as const;

/** Makes the sources, as they are when source-controller has fetched them. */
async function makeSources({ stage }: Pick<MttpBench, 'stage'>, apps: readonly number[], artifact: Artifact): Promise<void> {
  const manifests = apps.map(
    (app): Manifest => ({
      ...sourceKind,
      metadata: { name: nameOf(app), namespace: home },
      spec: { interval: '60m', url: 'oci://registry.example/podinfo', ref: { tag: 'latest' } },
    }),
  );
  await applyAll(stage, manifests);
  for (const { metadata } of manifests)
    await writeArtifact(stage.plane, { plural: 'ocirepositories', namespace: home, name: metadata.name }, artifact);
}

function kustomization(app: number, cpu: number): Manifest {
  const name = nameOf(app);
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: home },
    spec: {
      sourceRef: { kind: sourceKind.kind, name },
      interval: '60m',
      retryInterval: '2m',
      path: '/',
      prune: true,
      wait: true,
      timeout: '1m',
      serviceAccountName: applier,
      targetNamespace: home,
      postBuild: { substitute: { INDEX: `${app}`, MCPU: `${cpu}m` } },
    },
  };
}

/** The files of every application, with variables where they differ. */
function writeTemplate(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const manifest of application(0, 1)) {
    const text = writeYaml(manifest)
      .replaceAll(nameOf(0), `app-${variable('INDEX')}`)
      .replaceAll(/cpu: ['"]?1m['"]?/g, `cpu: ${variable('MCPU')}`);
    writeFileSync(join(folder, `${manifest.kind.toLowerCase()}.yaml`), text);
  }
}

/** A variable as `postBuild` finds it. */
function variable(name: string): string {
  return `\${${name}}`;
}
