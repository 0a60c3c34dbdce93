/** Why a program did not do what it was there for: `row` in two or three words, and what else is known about it. */
export class PeerFailure extends Error {
  override readonly name: string = 'PeerFailure';
  readonly row: string;

  constructor(row: string, detail: string) {
    // What a tool wrote last may be the whole list of what it works on.
    super(`${row}: ${detail.slice(0, 300)}`);
    this.row = row;
  }
}
