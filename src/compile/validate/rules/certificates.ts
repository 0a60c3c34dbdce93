import { X509Certificate } from 'node:crypto';
import { type JsonObject, stringAt } from '../../../model/json.ts';
import { dnsSubdomain, formatProblem, type TextFormat } from '../../../schema/formats.ts';
import { atLeast, filled, invalid, missing, text } from './checks.ts';
import { once } from './once.ts';
import { all, fields, fine, isFilled, object, type Rule } from './rule.ts';
import { specOf } from './spec.ts';

/** Who signs: a path after a domain of at least two labels (core validation, ValidateSignerName). */
const signerFormat: TextFormat = {
  test: /^(?=[^/]{1,253}\/)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  max: 571,
  what: 'is a path after a domain: `example.com/signer`',
};

const signerName: Rule = all(
  filled,
  text((value) => (value === '' ? undefined : formatProblem(value, signerFormat))),
);

/** PEM of one sort, in base64. */
const request: Rule = text((value) =>
  /^-----BEGIN CERTIFICATE REQUEST-----/m.test(Buffer.from(value, 'base64').toString())
    ? undefined
    : 'it is a certificate request in PEM, in base64',
);

/** A CertificateSigningRequest (certificates validation). The signature of the request is not judged. */
export const certificateRequest: Rule = specOf(
  all(
    object((spec, path) => (isFilled(spec['usages']) ? fine : [missing([...path, 'usages'])])),
    fields({
      request,
      usages: once('usages', (value) => value),
      signerName: all(
        signerName,
        text((value) => (value === 'kubernetes.io/legacy-unknown' ? 'this signer is one of older versions only' : undefined)),
      ),
      expirationSeconds: atLeast(600),
    }),
  ),
);

/** The bytes that a bundle of certificates may have (certificates, MaxTrustBundleSize). */
const maxBundle = 1024 * 1024;

const block = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** Certificates in PEM, each of an authority, each once. What is between them is not looked at. */
const bundle: Rule = text((value) => {
  if (Buffer.byteLength(value) > maxBundle) return `it has at most ${maxBundle} bytes`;
  const found = [...value.matchAll(block)].map(([pem, type]) => (type === 'CERTIFICATE' ? authority(pem) : `it holds a \`${type}\``));
  const wrong = found.find((one) => one !== undefined && !one.startsWith('#'));
  if (wrong !== undefined) return wrong;
  if (found.length === 0) return 'it holds no certificate';
  return new Set(found).size < found.length ? 'it holds a certificate twice' : undefined;
});

/** What is wrong with a certificate, or `#` and its fingerprint. */
function authority(pem: string): string {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.ca ? `#${certificate.fingerprint256}` : 'it holds a certificate that is none of an authority';
  } catch {
    return 'it holds something that is no certificate';
  }
}

const bundleName: Rule = object((value: JsonObject, path) => {
  const name = stringAt(value, 'metadata', 'name') ?? '';
  const signer = stringAt(value, 'spec', 'signerName') ?? '';
  const start = signer === '' ? '' : `${signer.replaceAll('/', ':')}:`;
  const here = [...path, 'metadata', 'name'];
  if (!name.startsWith(start)) return [invalid(here, name, `after its signer it begins with \`${start}\``)];
  const problem = formatProblem(name.slice(start.length), dnsSubdomain);
  return problem === undefined ? fine : [invalid(here, name, problem)];
});

/** A ClusterTrustBundle (certificates validation, ValidateClusterTrustBundle). */
export const trustBundle: Rule = all(
  bundleName,
  specOf(fields({ signerName: text((value) => (value === '' ? undefined : formatProblem(value, signerFormat))), trustBundle: bundle })),
);
