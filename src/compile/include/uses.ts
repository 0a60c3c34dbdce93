import type { TemplateUse } from '../../model/inclusion.ts';

/** Where a function stands, for people. */
export function placeOf({ file, line }: TemplateUse): string {
  return line === undefined ? `\`${file}\`` : `\`${file}:${line}\``;
}
