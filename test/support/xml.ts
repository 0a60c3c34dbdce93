/** An element of an XML document: its name, its attributes, and what stands in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, references resolved. */
  readonly text: string;
}

/** Reads a well-formed document of elements, attributes and text (XML 1.0), and throws on anything else: a strict reader for tests. */
export function parseXml(source: string): XmlElement {
  const wrong = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/u.exec(source);
  if (wrong !== null) throw new Error(`a character that XML does not allow stands at ${wrong.index}`);
  const body = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const tokens = body.match(/<[^<]*?>|[^<]+|</g) ?? [];
  const open: { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string }[] = [];
  let root: XmlElement | undefined;
  const close = (element: XmlElement): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else if (root === undefined) root = element;
    else throw new Error('a second root element');
  };
  for (const token of tokens) {
    const [, slash, name, given = '', empty] = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>$/.exec(token) ?? [];
    if (name === undefined) {
      const parent = open.at(-1);
      if (token.startsWith('<') || (parent === undefined && token.trim() !== '')) throw new Error(`no markup: ${token}`);
      if (parent !== undefined) parent.text += resolved(token);
    } else if (slash === '/') {
      const element = open.pop();
      if (element?.name !== name) throw new Error(`</${name}> ends <${element?.name}>`);
      close(element);
    } else {
      const pairs = [...given.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, resolved(value)] as const);
      const element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
      if (pairs.length !== Object.keys(element.attributes).length) throw new Error(`an attribute stands twice: ${token}`);
      if (empty === '/') close(element);
      else open.push(element);
    }
  }
  if (root === undefined || open.length > 0) throw new Error('the document is not complete');
  return root;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  return text.replaceAll(/&([^;&]*);?/g, (reference, name: string) => {
    const value = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : named[name];
    if (value === undefined || !reference.endsWith(';')) throw new Error(`no reference: ${reference}`);
    return value;
  });
}
