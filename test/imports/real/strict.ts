import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Project } from '../../support/project.ts';

/** Everything that makes TypeScript stricter. */
const strict = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
};

/** The text of a `tsconfig.json` of the strictest project. */
export const tsconfig = JSON.stringify({
  compilerOptions: { ...strict, target: 'es2023', lib: ['es2023'], module: 'nodenext', types: [], skipLibCheck: true, noEmit: true },
  include: ['imports', 'charts'],
});

/** What TypeScript says of a project, the first pages of it; nothing where all is well. */
export function typeErrors({ folder }: Project): string {
  try {
    execFileSync(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (thrown) {
    return String((thrown as { readonly stdout: string }).stdout).slice(0, 4_000);
  }
}
