import type { InclusionProblem } from '../../model/inclusion.ts';

/** What a program reads: all that its result depends on. */
export interface RenderInput {
  /** Absolute: a folder, or an archive. */
  readonly path: string;
  /** Of the content, in hexadecimal. */
  readonly digest: string;
  /**
   * The files in it that are templates, or that templates may make one of, by paths that begin with the name of the chart. Read when they are
   * asked for. Throws `Unreadable`.
   */
  readonly templates: () => readonly TemplateFile[];
}

/** A file of a chart. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with what is to be read. It is caught where it is asked for. */
export class Unreadable extends Error {
  readonly problem: InclusionProblem;

  constructor(problem: Omit<InclusionProblem, 'severity'>) {
    super(problem.message);
    this.problem = { severity: 'error', ...problem };
  }
}

/** Bytes of files that are read for one chart or kustomization, those that archives in it unpack to among them. */
export const contentLimit = 128 * 1024 * 1024;

/** That there is more to read than is read. */
export function tooLarge(path: string): Unreadable {
  return new Unreadable({ code: 'chart-large', message: `\`${path}\` has more than ${contentLimit / 1024 / 1024} MiB, or too many files` });
}

/** Whether a file of a chart is a template, or defines some. What is told to people when a chart is installed is none. */
export function isTemplate(path: string): boolean {
  return /(?:^|\/)templates\//.test(path) && !path.endsWith('/templates/NOTES.txt');
}

/** Bytes of a file that may be made a template. */
const templateLimit = 1024 * 1024;

/** Whether a file of a chart has to be looked at: a template, and what `tpl` may make one of: values, and files that are read. */
export function mayBeTemplate(path: string, size: number): boolean {
  return isTemplate(path) || (size <= templateLimit && !/\.(?:md|gotmpl|tgz|prov)$|\/templates\/NOTES\.txt$/.test(path));
}

/** Whether a file of a chart, by its path from there, is a chart that is packed. Helm leaves out what begins with a dot or `_`. */
export function isPackedChart(path: string): boolean {
  return /^(?:charts\/[^/._][^/]*\/)*charts\/[^/._][^/]*\.tgz$/.test(path);
}
