/** What a registry keeps as a signature of an image. Nothing of it has been looked at: whoever may push can write what they like. */
export type SignatureClaim =
  /** A payload and its signature in base64, as `cosign sign` has them under the tag `sha256-….sig`. */
  | { readonly form: 'simple'; readonly payload: Uint8Array; readonly signature: string }
  /** The JSON of a Sigstore bundle that refers to the image. */
  | { readonly form: 'bundle'; readonly bundle: Uint8Array }
  /** That there are more than are looked at, which are those of `bound`: `the newest 200 in each form`. */
  | { readonly form: 'unread'; readonly bound: string };

/** The type of what Cosign states of an image in a bundle that it signs it by. */
export const signingType = 'https://sigstore.dev/cosign/sign/v1';
