import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { test } from 'node:test';
import { agentParts } from '../deploy/agent-files.ts';

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the build wrote of itself (esbuild's metafile). */
const { outputs } = JSON.parse(readFileSync('build/meta.json', 'utf8')) as { readonly outputs: Readonly<Record<string, Output>> };

/** What `lockstep agent` loads: the entry, and the parts that it asks for while it runs. */
const parts = ['src/main.ts', ...agentParts];

test('the bundle of the agent holds no compiler, and needs nothing beside itself', () => {
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const one of outputs[path]?.imports ?? []) {
      if (one.kind !== 'import-statement') continue;
      if (one.external) assert.ok(isBuiltin(one.path), `${path} imports ${one.path}`);
      else visit(one.path);
    }
  };
  for (const part of parts) {
    const found = Object.entries(outputs).find(([, output]) => output.entryPoint === part);
    assert.ok(found, `${part} is no entry of the build`);
    visit(found[0]);
  }
  const inputs = [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  assert.ok(inputs.some((input) => input.startsWith('src/agent/')));
  assert.deepEqual(
    inputs.filter((input) =>
      /node_modules\/(cdk8s|cdk8s-plus-28|constructs|zod|tsx|typescript|esbuild|@kubernetes\/client-node|undici)\//.test(input),
    ),
    [],
  );
  assert.deepEqual(
    inputs.filter((input) => /^src\/(compile|authoring)\//.test(input)),
    [],
  );
});
