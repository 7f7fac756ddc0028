import serialize from 'canonicalize'

/** The one text of a JSON value (RFC 8785): what is hashed, compared and stored. Members that are undefined are left out. */
export function canonical(value: unknown): string {
  const text = serialize(value)
  if (text === undefined) throw new TypeError('undefined has no canonical form')
  return text
}
