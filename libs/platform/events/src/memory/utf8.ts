/**
 * Orders two well-formed texts by their UTF-8 bytes, which is the order of their code points. JavaScript's own `<` orders by UTF-16
 * units and so puts 😀 (U+1F600) before ﹏ (U+FE4F).
 */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i += 1) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return astralLast(x) - astralLast(y)
  }
  return a.length - b.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
const astralLast = (unit: number): number => (isSurrogate(unit) ? unit + 0x10000 : unit)
