// Cuts what is used out of GitHub's OpenAPI description, which has hundreds of megabytes as it is published:
//
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
//   npm run openapi -- package/generated/api.github.com.json && npm run fix
//
// The package is under the MIT licence, Copyright (c) GitHub 2020.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation, Schema } from './operation.ts';

type Node = Readonly<Record<string, unknown>>;

const used = [
  'pulls/list',
  'pulls/create',
  'pulls/update',
  'issues/list-comments',
  'issues/create-comment',
  'issues/update-comment',
  'issues/add-labels',
  'issues/remove-label',
  'repos/create-commit-status',
  'repos/get-combined-status-for-ref',
];

const description = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Node;

/** What a node is, wherever it stands. */
function resolved(node: unknown): Node {
  const { $ref: to } = node as { readonly $ref?: string };
  if (to === undefined) return node as Node;
  const found = to
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key.replaceAll('~1', '/')] as Node, description);
  return resolved(found);
}

function schemaOf(node: unknown): Schema {
  const { type, nullable, enum: values, properties, required, items, minItems, oneOf, anyOf } = resolved(node);
  const each = (list: unknown): readonly Schema[] | undefined => (list as readonly unknown[] | undefined)?.map(schemaOf);
  const of = properties === undefined ? undefined : Object.entries(properties as Node).map(([name, one]) => [name, schemaOf(one)]);
  const cut = {
    type,
    nullable,
    enum: values,
    properties: of && Object.fromEntries(of),
    required,
    items: items === undefined ? undefined : schemaOf(items),
    minItems,
    oneOf: each(oneOf),
    anyOf: each(anyOf),
  };
  return JSON.parse(JSON.stringify(cut)) as Schema;
}

function contentOf(node: unknown): Node | undefined {
  const content = resolved(node)['content'] as Node | undefined;
  return content?.['application/json'] as Node | undefined;
}

function operationOf(method: string, path: string, node: Node): Operation {
  const parameters = ((node['parameters'] ?? []) as readonly unknown[]).map(resolved).filter((one) => one['in'] === 'query');
  const [status = '', answer] = Object.entries(node['responses'] as Node).find(([one]) => one.startsWith('2')) ?? [];
  const [example] = Object.values((contentOf(answer)?.['examples'] ?? {}) as Node).map(resolved);
  const body = node['requestBody'] === undefined ? undefined : contentOf(node['requestBody'])?.['schema'];
  return {
    id: String(node['operationId']),
    method: method.toUpperCase(),
    path,
    query: Object.fromEntries(parameters.map((one) => [String(one['name']), schemaOf(one['schema'])])),
    ...(body === undefined ? {} : { body: schemaOf(body) }),
    status: Number(status),
    ...(example === undefined ? {} : { example: example['value'] }),
  };
}

const operations = Object.entries(description['paths'] as Readonly<Record<string, Node>>).flatMap(([path, methods]) =>
  Object.entries(methods)
    .map(([method, node]): [string, Node] => [method, node as Node])
    .filter(([, node]) => used.includes(String(node['operationId'])))
    .map(([method, node]) => operationOf(method, path, node)),
);
writeFileSync(join(import.meta.dirname, 'github.json'), `${JSON.stringify(operations, undefined, 2)}\n`);
