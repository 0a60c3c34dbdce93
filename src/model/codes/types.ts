import type { Explanations } from './explanation.ts';

/** What TypeScript says of the project. */
export const types = {
  'type-error': {
    meaning: 'TypeScript finds a mistake in a module of the project; the message is its own, with its own number.',
    reason: 'Modules are run without being type-checked. What the types know of values and objects is often wrong in the cluster, too.',
    remedy: 'Correct it where the place points: the editor shows the same. What is asked of the code is said in `tsconfig.json`.',
    example: 'lockstep check --watch',
  },
  'types-unchecked': {
    meaning: 'The types of the project were not checked, since there is no TypeScript or no `tsconfig.json` in it.',
    reason: 'A misspelt value or a missing one is then only found where its chart is built.',
    remedy: 'Install TypeScript in the project, and write a `tsconfig.json` that includes `environments` and `charts`.',
    example:
      '{ "compilerOptions": { "module": "nodenext", "target": "es2023", "strict": true, "noEmit": true }, "include": ["environments", "charts"] }',
  },
} as const satisfies Explanations;
