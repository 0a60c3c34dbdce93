import { join } from 'node:path';
import type { RenderRequest } from '../../model/inclusion.ts';

/** The arguments of a program that renders `request`, which lies at `path`. */
export function argsOf(request: RenderRequest, path: string): readonly string[] {
  if (request.tool === 'kustomize') return ['build', path];
  const { release, namespace, kubernetes, apiVersions } = request;
  return [
    ...['template', release, path, `--namespace=${namespace}`, '--include-crds', `--kube-version=${kubernetes}.0`, '--values=-'],
    ...apiVersions.map((one) => `--api-versions=${one}`),
  ];
}

/** All variables of such a program: nobody's settings, nobody's folders but `home`; and a way to the network that leads nowhere. */
export function environmentIn(home: string): Readonly<Record<string, string>> {
  const nowhere = 'http://127.0.0.1:9';
  const places = ['HELM_CACHE_HOME', 'HELM_CONFIG_HOME', 'HELM_DATA_HOME', 'HOME', 'KUSTOMIZE_PLUGIN_HOME', 'TMPDIR', 'XDG_CONFIG_HOME'];
  return {
    ...Object.fromEntries(places.map((name) => [name, home])),
    ...Object.fromEntries(['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].map((name) => [name, nowhere])),
    HELM_NO_PLUGINS: '1',
    KUBECONFIG: join(home, 'none'),
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/** What JSON may hold as it is, and YAML folds, drops or refuses where it is not escaped (YAML 1.1, 5.1 and 5.4). */
const unlikeJson = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What such a program reads from its standard input: the values of a release. Helm reads them as YAML. */
export function inputOf(request: RenderRequest): string {
  if (request.tool !== 'helm') return '';
  return JSON.stringify(request.values).replaceAll(unlikeJson, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
