/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address; undefined for all addresses of this machine. */
  readonly host: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
}

/** What `127.0.0.1:8080`, `[::1]:8080` or `:8080` means; undefined where a text means none. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, address, name, digits = ''] = /^(?:\[([0-9a-f:.]+(?:%\w+)?)\]|([\w.-]+))?:(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) return undefined;
  return { host: address ?? name, port };
}
