import { bytesOf } from './bytes.ts';
import { fine, type Rule } from './rule.ts';

/** The bytes that etcd takes in one request unless told otherwise (`--max-request-bytes`). */
const ofEtcd = 1.5 * 1024 * 1024;

/** The bytes that the API server reads of one request (apiserver, MaxRequestBodyBytes). */
const ofServer = 3 * 1024 * 1024;

/**
 * How large an object is, as JSON. It is for kinds that can be so large, custom resources and their definitions: the content of
 * others has limits of its own, and what is measured takes time.
 */
export const size: Rule = (value, path) => {
  const bytes = bytesOf(JSON.stringify(value));
  if (bytes <= ofEtcd) return fine;
  const help = 'divide it, or keep its content elsewhere';
  const message = `the object has ${bytes} bytes`;
  return bytes > ofServer
    ? [{ code: 'object-too-large', path, message: `${message}, and the API server takes ${ofServer}`, help }]
    : [{ code: 'object-too-large', severity: 'warning', path, message: `${message}, and etcd may take no more than ${ofEtcd}`, help }];
};
