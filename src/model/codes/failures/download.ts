import type { Explanations } from '../explanation.ts';

/** Fetching what an URL names. */
export const download = {
  'download-failed': {
    meaning: 'A server answers that it does not give what an URL names: most often there is nothing there.',
    reason: 'Without it, nothing can be made of it, and nothing was written.',
    remedy:
      'Open the URL in a browser: it may have moved, or want to know who you are. A file that you have fetched yourself can be imported, too.',
    example: 'curl --fail --location --output crds.yaml https://example.com/crds.yaml\nlockstep import crds.yaml',
  },
  'download-insecure': {
    meaning: 'An URL is not of `https`, or leads to one that is not; or it has a password or parameters in it that may let somebody in.',
    reason: 'Whoever stands between could put something else in its place; and what is imported stands in a lock that everybody can read.',
    remedy:
      'Take the `https` URL. Only this very machine may be asked without TLS. What wants to know who you are has to be fetched by yourself, and the file imported.',
    example: 'lockstep import https://example.com/crds.yaml',
  },
  'download-large': {
    meaning: 'What an URL names is larger than what is read of one, which is 32 MiB.',
    reason: 'The largest sets of definitions have some megabytes: the URL is hardly the one that was meant.',
    remedy: 'Look at the URL. Archives have to be unpacked first.',
  },
  'download-unreachable': {
    meaning: 'A server that an URL names cannot be asked, or does not answer to the end within 30 s.',
    reason: 'Without an answer nothing is known, and nothing was written.',
    remedy: 'Look at the end of the message: a typo in the host, no network, or a certificate that is not trusted. Then try again.',
  },
} as const satisfies Explanations;
