import { readTypeErrors } from '../codec/type-errors.ts';
import { withoutSecrets } from '../compile/validate/secrets/mask.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { TypeCheck } from '../ports.ts';

/** What was found when environments were compiled, with what TypeScript says. What both say is told once. */
export function withTypes(found: readonly Diagnostic[], types: TypeCheck): readonly Diagnostic[] {
  if (!types.ok) return [...found, unchecked(types.missing)];
  const told = found.filter(({ code }) => code === 'module-failed');
  // TypeScript quotes literals.
  const errors = withoutSecrets(readTypeErrors(types.text), new Map()).filter(
    (error) => !told.some((failure) => isSameLine(failure, error)),
  );
  const placed = found.map((diagnostic) => {
    const missing =
      diagnostic.code === 'module-failed' && diagnostic.at.line === undefined && diagnostic.at.commit === undefined
        ? missingIn(diagnostic, errors)
        : undefined;
    return missing === undefined ? { diagnostic } : { diagnostic: { ...diagnostic, at: missing.at }, missing };
  });
  return [...placed.map(({ diagnostic }) => diagnostic), ...errors.filter((error) => !placed.some(({ missing }) => missing === error))];
}

function isSameLine(a: Diagnostic, b: Diagnostic): boolean {
  return a.at.commit === undefined && a.at.file === b.at.file && a.at.line !== undefined && a.at.line === b.at.line;
}

/** What TypeScript says of an import that leads nowhere (TS2307; TS2882 where it has no names): it knows the line, which loading does not. */
function missingIn({ at, message }: Diagnostic, errors: readonly Diagnostic[]): Diagnostic | undefined {
  const name = /Cannot find (?:module|package) '(?:.*\/)?([^'/]+)'/.exec(message)?.[1];
  if (name === undefined) return undefined;
  return errors.find((error) => error.at.file === at.file && /^TS(?:2307|2882): /.test(error.message) && error.message.includes(name));
}

function unchecked(missing: 'typescript' | 'tsconfig.json'): Diagnostic {
  const help =
    missing === 'typescript' ? 'install it: `npm install --save-dev typescript`' : 'write one that includes `environments` and `charts`';
  return { code: 'types-unchecked', severity: 'note', message: `types are not checked: the project has no \`${missing}\``, at: {}, help };
}
