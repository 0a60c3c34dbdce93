/** The day of a moment, in UTC (ISO 8601): `2027-01-31`. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** A moment to the second, in UTC (RFC 3339): `2027-01-31T12:00:00Z`. */
export function secondOf(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}
