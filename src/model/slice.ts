/** A slice, for people: what nobody owns has no name. */
export function formatSlice(slice: string): string {
  return slice === '' ? 'what no team owns' : `\`${slice}\``;
}
