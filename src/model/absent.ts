/** What a commit names and does not hold: the folder of a submodule, which is empty, or a file of Git LFS, in whose place a pointer stands. */
export interface Absent {
  /** Where it would be, absolute, with forward slashes. */
  readonly path: string;
  /** The same from the folder of the project. */
  readonly name: string;
  readonly is: 'submodule' | 'pointer';
}
