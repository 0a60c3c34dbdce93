import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import type { FailureCode } from '../../model/code.ts';
import { didYouMean } from '../../model/diagnostic.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';

/** A kubeconfig file as it was read. `folder` is what relative paths in it start from. */
export interface KubeconfigFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
}

/** One context of a kubeconfig, with its cluster and its user, in the words of the file format. */
export interface SelectedContext {
  readonly name: string;
  readonly cluster: JsonObject;
  readonly user: JsonObject;
}

/**
 * The context called `wanted`, or else the current one, of `files` merged as kubectl merges them: of two entries with
 * one name the first counts. Paths come out absolute. Throws a `Failure` that names no content of the files but names.
 */
export function selectContext(files: readonly KubeconfigFile[], wanted: string | undefined): SelectedContext {
  const documents = files.map((file) => ({ ...file, content: parseKubeconfig(file) }));
  const find = (list: string, name: string): Found | undefined => {
    for (const { folder, path, content } of documents) {
      const entry = listAt(content, list).find((candidate) => stringAt(candidate, 'name') === name);
      if (entry !== undefined) return { entry, folder, path };
    }
    return undefined;
  };
  const current = documents.map(({ content }) => stringAt(content, 'current-context')).find((name) => name !== undefined && name !== '');
  const names = documents.flatMap(({ content }) => listAt(content, 'contexts').flatMap((entry) => stringAt(entry, 'name') ?? []));
  const name = wanted ?? current ?? noContext(names);
  const context = find('contexts', name) ?? missingContext(name, names);
  const cluster = referred(context, 'cluster', find) ?? dangling(context, name, 'cluster');
  const user = stringAt(context.entry, 'context', 'user')
    ? (referred(context, 'user', find) ?? dangling(context, name, 'user'))
    : undefined;
  return {
    name,
    cluster: clusterOf(objectAt(cluster.entry, 'cluster'), cluster.folder),
    user: user === undefined ? {} : userOf(objectAt(user.entry, 'user'), user),
  };
}

interface Found {
  readonly entry: Json;
  readonly folder: string;
  readonly path: string;
}

function parseKubeconfig({ path, text }: KubeconfigFile): JsonObject {
  let content: unknown;
  try {
    content = parse(text, { logLevel: 'error' });
  } catch (thrown) {
    // The parser's own message quotes the lines around the mistake, and those may hold a token.
    const where = lineOf(thrown);
    throw problem('kubeconfig-invalid', `\`${path}\` is no valid YAML${where === undefined ? '' : ` (line ${where})`}`);
  }
  if (!isObject(content)) throw problem('kubeconfig-invalid', `\`${path}\` is no kubeconfig: it holds no mapping`);
  return content;
}

function lineOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('linePos' in thrown) || !Array.isArray(thrown.linePos)) return undefined;
  const [start] = thrown.linePos as readonly Json[];
  const line = objectAt(start)['line'];
  return typeof line === 'number' ? line : undefined;
}

function referred(context: Found, what: 'cluster' | 'user', find: (list: string, name: string) => Found | undefined): Found | undefined {
  return find(`${what}s`, stringAt(context.entry, 'context', what) ?? '');
}

function noContext(names: readonly string[]): never {
  throw problem('kubeconfig-no-context', 'the kubeconfig has no current context', `choose one with \`--context\`: ${nameList(names)}`);
}

function missingContext(name: string, names: readonly string[]): never {
  const guess = didYouMean(name, names);
  const help = guess === undefined ? `the kubeconfig has ${nameList(names)}` : `did you mean \`${guess}\`?`;
  throw problem('kubeconfig-context-missing', `the kubeconfig has no context \`${name}\``, help);
}

function dangling({ entry, path }: Found, context: string, what: 'cluster' | 'user'): never {
  const name = stringAt(entry, 'context', what) ?? '';
  throw problem(
    `kubeconfig-${what}-missing`,
    `context \`${context}\` of \`${path}\` names the ${what} \`${name}\`, which the kubeconfig does not have`,
    `add it to \`${what}s\`, or choose another context`,
  );
}

function nameList(names: readonly string[]): string {
  return names.length === 0 ? 'no contexts at all' : names.map((name) => `\`${name}\``).join(', ');
}

/** Data given inline counts more than a file, as in client-go's clientcmd. */
function clusterOf(cluster: JsonObject, folder: string): JsonObject {
  return inlineOrFile(cluster, 'certificate-authority', folder);
}

function userOf(user: JsonObject, { folder, path }: Found): JsonObject {
  for (const field of ['as-groups', 'as-uid', 'as-user-extra']) {
    if (user[field] !== undefined) {
      throw problem(
        'kubeconfig-unsupported',
        `a user of \`${path}\` has \`${field}\`, which is not supported`,
        'use a user of its own instead',
      );
    }
  }
  const withFiles = inlineOrFile(inlineOrFile(user, 'client-certificate', folder), 'client-key', folder);
  return withPlugin(withTokenFile(withFiles, folder), folder);
}

function inlineOrFile(entry: JsonObject, field: string, folder: string): JsonObject {
  const { [field]: file, ...rest } = entry;
  if (typeof file !== 'string' || file === '' || stringAt(entry, `${field}-data`)) return rest;
  return { ...rest, [field]: absolute(folder, file) };
}

/** A token file counts more than a token (clientcmd), and is read again and again, since it may be rotated. */
function withTokenFile(user: JsonObject, folder: string): JsonObject {
  const { token, tokenFile, ...rest } = user;
  const file = stringAt(user, 'tokenFile');
  if (!file) return user;
  return { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile: absolute(folder, file) } } };
}

/** A credential plugin is told what client-go tells it (client.authentication.k8s.io, KUBERNETES_EXEC_INFO). */
function withPlugin(user: JsonObject, folder: string): JsonObject {
  const plugin = user['exec'];
  if (!isObject(plugin)) return user;
  const command = stringAt(plugin, 'command') ?? '';
  const info = {
    kind: 'ExecCredential',
    apiVersion: stringAt(plugin, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    spec: { interactive: false },
  };
  const env = [...listAt(plugin, 'env'), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  return { ...user, exec: { ...plugin, command: command.includes('/') ? absolute(folder, command) : command, env } };
}

function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function problem(code: FailureCode, message: string, help?: string): Failure {
  return new Failure(code, message, { exit: exitCodes.input, ...(help === undefined ? {} : { help }) });
}
