import type { InclusionProblem } from '../../model/inclusion.ts';

/** What a program reads: all that its result depends on. */
export interface RenderInput {
  /** Absolute: a folder, or an archive. */
  readonly path: string;
  /** Of the content, in hexadecimal. */
  readonly digest: string;
  /** The files in it that may be templates, by paths that begin with the name of the chart. Read when they are asked for. */
  readonly templates: () => readonly TemplateFile[];
}

/** A template of a chart. */
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

/** Bytes of files that are read for one chart or kustomization; an archive unpacks to no more. */
export const contentLimit = 128 * 1024 * 1024;

/** That there is more to read than is read. */
export function tooLarge(path: string): Unreadable {
  return new Unreadable({ code: 'chart-large', message: `\`${path}\` has more than ${contentLimit / 1024 / 1024} MiB, or too many files` });
}

/** Whether a file of a chart is a template, or defines some. */
export function isTemplate(path: string): boolean {
  return /(?:^|\/)templates\//.test(path);
}
