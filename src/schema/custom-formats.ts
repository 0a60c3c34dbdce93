import { isIP, isIPv4, isIPv6 } from 'node:net';
import { base64, dateTime, duration, type Format } from './scalars.ts';

const matching = (expression: RegExp, expected: string): Format => ({ test: (text) => expression.test(text), expected });
const moment: Format = { ...dateTime, test: (text) => dateTime.test(text.toUpperCase()) };

/**
 * The formats that the API server checks in structural schemas (k8s.io/apiextensions-apiserver, pkg/apiserver/validation);
 * all others it ignores. Where Go's own parser judges, only what it never takes is refused; numbers of books, cards and people
 * are left to it.
 */
export const customFormats: Readonly<Record<string, Format | undefined>> = {
  byte: base64,
  date: { test: (text) => dateTime.test(`${text}T00:00:00Z`), expected: 'a date such as `2026-01-31`' },
  'date-time': moment,
  datetime: moment,
  duration,
  email: matching(/[^@]@[^@]/, 'an e-mail address'),
  uri: matching(/^(?:\/|[a-z][a-z0-9+.-]*:)/i, 'a URI, or an absolute path'),
  hostname: matching(/^(?=.{1,255}$)[\p{L}\p{S}0-9-]{1,63}(?:\.[\p{L}\p{S}0-9-]{1,63})*$/u, 'a host name'),
  ipv4: { test: isIPv4, expected: 'an IPv4 address' },
  ipv6: { test: isIPv6, expected: 'an IPv6 address' },
  cidr: { test: isCidr, expected: 'a network such as `10.0.0.0/8`' },
  mac: matching(/^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4,6}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2,3}[0-9a-f]{4})$/i, 'a MAC address'),
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'a UUID'),
  uuid3: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'a UUID of version 3'),
  uuid4: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i, 'a UUID of version 4'),
  uuid5: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i, 'a UUID of version 5'),
  hexcolor: matching(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'a colour such as `#ff8800`'),
};

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
