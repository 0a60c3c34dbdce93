import type { Inclusion, InclusionProblem, RenderRequest } from '../../model/inclusion.ts';
import { chartKey, vendoredPath } from '../../model/inclusion.ts';
import type { Lockfile } from '../../model/lockfile.ts';

/** What is asked of a program, or why the lock keeps it from being asked. */
export type Requested = { readonly ok: true; readonly request: RenderRequest } | { readonly ok: false; readonly problem: InclusionProblem };

/** What has to be rendered for an inclusion, by what the lock of `environment` says of programs and charts. */
export function requestOf(inclusion: Inclusion, lock: Lockfile, environment: string): Requested {
  const refused = (code: InclusionProblem['code'], message: string): Requested => {
    return {
      ok: false,
      problem: { code, severity: 'error', message, help: `run \`lockstep pin ${environment}\`, and commit what it writes` },
    };
  };
  const { construct: _, ...parts } = inclusion;
  const pin = lock.tools?.[inclusion.tool];
  if (pin === undefined) return refused('tool-unlocked', `the lock does not say which \`${inclusion.tool}\` renders this`);
  if (parts.tool === 'kustomize') return { ok: true, request: { ...parts, pin } };
  const { chart, ...release } = parts;
  if ('folder' in chart) return { ok: true, request: { ...release, chart, pin } };
  const key = chartKey(chart);
  const locked = lock.charts !== undefined && Object.hasOwn(lock.charts, key) ? lock.charts[key] : undefined;
  if (locked === undefined) return refused('chart-unlocked', `the lock does not hold the chart \`${key}\``);
  return { ok: true, request: { ...release, chart: { archive: vendoredPath(chart), sha256: locked.sha256 }, pin } };
}
