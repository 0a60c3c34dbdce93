import type { FailureCode } from '../../src/model/code.ts';
import { Failure } from '../../src/model/failure.ts';

/**
 * What keeps a program of the tests from its work, shown as the product shows its own. Its codes are not the product's, which
 * are closed and explained: hence the assertion, and `tool`, which is the code as what it is.
 */
export class ToolFailure extends Failure {
  readonly tool: string;

  constructor(tool: string, message: string, options?: ConstructorParameters<typeof Failure>[2]) {
    super(tool as FailureCode, message, options);
    this.tool = tool;
  }
}
