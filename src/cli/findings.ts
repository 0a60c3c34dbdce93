import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { compareText, keyOf } from '../model/ref.ts';

/** One problem as it is told: once, in however many environments it is found. */
export interface Finding {
  /** As it was found first. */
  readonly diagnostic: Diagnostic;
  /** The environments that have it, in the order of finding; none when it is not about one. */
  readonly environments: readonly string[];
  /** Whether what to do about it reads the same for all of them. */
  readonly sameHelp: boolean;
}

/** The problems in `diagnostics`, each once: by what matters, then by file and line. Notes come first, errors last. */
export function findingsOf(diagnostics: readonly Diagnostic[]): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const diagnostic of diagnostics) {
    const key = identityOf(diagnostic);
    const before = found.get(key);
    const { environment } = diagnostic.at;
    found.set(key, {
      diagnostic: before?.diagnostic ?? diagnostic,
      environments: [...new Set([...(before?.environments ?? []), ...(environment === undefined ? [] : [environment])])],
      sameHelp: before === undefined || (before.sameHelp && before.diagnostic.help === diagnostic.help),
    });
  }
  return [...found.values()].toSorted((a, b) => comparePlaces(a.diagnostic, b.diagnostic));
}

const order: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

function comparePlaces(a: Diagnostic, b: Diagnostic): number {
  return (
    order[a.severity] - order[b.severity] ||
    compareText(a.at.file ?? '', b.at.file ?? '') ||
    (a.at.line ?? 0) - (b.at.line ?? 0) ||
    (a.at.column ?? 0) - (b.at.column ?? 0)
  );
}

/** What makes two diagnostics the same problem: all but the environment, and help, which may name it. */
function identityOf({ severity, code, message, at }: Diagnostic): string {
  const { commit, file, line, column, construct, object, pointer } = at;
  return JSON.stringify([severity, code, message, commit, file, line, column, construct, object && keyOf(object), pointer]);
}

/** Findings of one kind that one line of source made: as many as are shown, and how many there are besides. */
export interface Fold {
  readonly shown: readonly Finding[];
  readonly more: number;
}

/** As many of one kind and one line are shown; where there is only one more, it is shown, too. */
const shownOfLine = 2;

/**
 * Folds what one line of source made many times, as a loop does. The same words about the same field are one kind; `findings` stand in
 * their order, each fold where its first one stood.
 */
export function folded(findings: readonly Finding[]): readonly Fold[] {
  const kinds = new Map<unknown, Finding[]>();
  for (const finding of findings) {
    const kind = kindOf(finding.diagnostic) ?? finding;
    const before = kinds.get(kind);
    if (before === undefined) kinds.set(kind, [finding]);
    else before.push(finding);
  }
  return [...kinds.values()].map((all) => {
    const shown = all.length > shownOfLine + 1 ? all.slice(0, shownOfLine) : all;
    return { shown, more: all.length - shown.length };
  });
}

/** The kind of a diagnostic on its line: its words without the names in them; undefined when the line is not known. */
function kindOf({ severity, code, message, at }: Diagnostic): string | undefined {
  const { commit, file, line, pointer = '' } = at;
  const words = message.replaceAll(/`[^`]*`|\d+/g, '…');
  // The fields of all entries of a list are one field.
  const field = pointer.replaceAll(/\/\d+(?=\/|$)/g, '/0');
  return line === undefined ? undefined : JSON.stringify([severity, code, commit, file, line, words, field]);
}
