import type { JsonObject } from '../../../src/model/json.ts';

/** An object that a class of a generated module makes. */
export interface Made {
  /** The generated module, from the folder of charts. */
  readonly module: string;
  readonly className: string;
  /** What the class is given. */
  readonly props: JsonObject;
}

/** The text of a chart that makes `objects`, each a literal in TypeScript: so its types judge every field of it. */
export function chartText(objects: readonly Made[]): string {
  const modules = [...new Set(objects.map(({ module }) => module))];
  const imports = modules.map((module, i) => `import * as m${i} from '${module}';`);
  const lines = objects.map(
    ({ module, className, props }) =>
      `  new m${modules.indexOf(module)}.${className}(chart, '${className}-${modules.indexOf(module)}', ${JSON.stringify(props)});`,
  );
  return [
    ...imports,
    "import { Chart } from 'cdk8s';",
    "import type { Construct } from 'constructs';",
    '',
    'export function make(scope: Construct): void {',
    "  const chart = new Chart(scope, 'made');",
    ...lines,
    '}',
    '',
  ].join('\n');
}
