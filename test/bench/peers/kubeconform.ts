import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { definitionIn, isWithin } from '../../../src/schema/builtin.ts';
import { readEmbedded } from '../../../src/schema/embedded.ts';
import type { Schema } from '../../../src/schema/schema.ts';
import { type Figure, measureSteps, NoFigure, type Subject } from '../measure.ts';
import type { RenderedTree } from '../validation.ts';

const execute = promisify(execFile);

/** The minor of Kubernetes that the bench renders for. */
const minor = 35;

/** What kubeconform is measured on. */
export interface KubeconformBench {
  readonly program: string;
  readonly trees: readonly RenderedTree[];
  readonly folder: string;
  readonly say: Subject['say'];
}

/** Measures kubeconform over the files that `lockstep check` is measured on, with the same schemas, on this machine's disk. */
export async function measureKubeconform({ program, trees, folder, say }: KubeconformBench): Promise<readonly Figure[]> {
  const schemas = join(folder, 'schemas');
  writeSchemas(schemas);
  const location = join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json');
  const check = async (tree: RenderedTree): Promise<void> => {
    const { stdout } = await execute(program, ['-strict', '-summary', '-schema-location', location, tree.folder], { maxBuffer: 1 << 28 });
    if (!stdout.includes(`Valid: ${tree.objects},`)) throw new NoFigure('found mistakes', stdout.slice(-300));
  };
  return measureSteps(
    { who: 'kubeconform', say },
    trees.map((tree) => ({ what: `check of ${tree.objects} files`, before: () => check(tree), run: () => check(tree) })),
  );
}

/** Writes the schema of every kind as a file by itself, under the name that kubeconform looks for. */
function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { group, kind, versions } of readEmbedded().kinds) {
    for (const { version, definition } of versions.filter(({ minors }) => isWithin(minors, minor))) {
      const [prefix] = group.split('.');
      const name = [kind.toLowerCase(), ...(prefix === '' ? [] : [prefix]), version].join('-');
      const definitions = Object.fromEntries(definitionsBelow(definition, new Map()));
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ $ref: `#/definitions/${definition}`, definitions }));
    }
  }
}

function definitionsBelow(name: string, known: Map<string, JsonObject>): ReadonlyMap<string, JsonObject> {
  if (known.has(name)) return known;
  const definition = definitionIn(minor, name) ?? {};
  known.set(name, /\.(?:Quantity|IntOrString)$/.test(name) ? { type: ['string', 'number'] } : jsonSchema(definition));
  for (const [, below = ''] of JSON.stringify(definition).matchAll(/"\$ref":"([^"]+)"/g)) definitionsBelow(below, known);
  return known;
}

/** What of `schema` JSON Schema (draft 7) can say, with unknown fields refused. */
function jsonSchema({ $ref, type, enum: allowed, required, properties, items, additionalProperties }: Schema): JsonObject {
  const said: Record<string, Json | undefined> = {
    $ref: $ref === undefined ? undefined : `#/definitions/${$ref}`,
    type,
    enum: allowed,
    required,
  };
  if (properties !== undefined) {
    said['properties'] = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, jsonSchema(field)]));
    said['additionalProperties'] = false;
  }
  if (items !== undefined) said['items'] = jsonSchema(items);
  if (typeof additionalProperties === 'object') said['additionalProperties'] = jsonSchema(additionalProperties);
  return said;
}
