export interface XmlAttribute {
  readonly local: string;
  readonly uri: string;
  readonly value: string;
}

export interface XmlElement {
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly XmlAttribute[];
  /** undefined: this is the document itself. */
  readonly parent: XmlElement | undefined;
  /** Position in the document order of elements. */
  readonly order: number;
  children: XmlElement[];
  /** Own text, that of children not included, not trimmed. */
  text: string;
}

export const newElement = (
  parent: XmlElement | undefined,
  name: { readonly local: string; readonly uri: string; readonly attributes: readonly XmlAttribute[] },
  order: number,
): XmlElement => ({ ...name, parent, order, children: [], text: '' });
