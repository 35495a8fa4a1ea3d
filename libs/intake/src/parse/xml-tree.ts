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

/** Every property named, and no spread: elements are made by the million, and this keeps them of one shape. */
export const newElement = (
  parent: XmlElement | undefined,
  { local, uri, attributes }: Pick<XmlElement, 'local' | 'uri' | 'attributes'>,
  order: number,
): XmlElement => ({ local, uri, attributes, parent, order, children: [], text: '' });
