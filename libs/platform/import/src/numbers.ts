/** How numbers are written in a file, and what they become: an integer, a decimal as text, or an integer of the smallest unit. */
export interface NumberFormat {
  readonly as: 'integer' | 'decimal' | 'minor'
  readonly decimal: '.' | ','
  readonly group?: string | undefined
  /** Decimals of the smallest unit, for `minor`. */
  readonly scale: number
}

/** Undefined where the text is no such number; exact, never through a floating-point value. */
export function readNumber(text: string, format: NumberFormat): number | string | undefined {
  const mark = RegExp.escape(format.decimal)
  const group = format.group === undefined ? undefined : RegExp.escape(format.group)
  const whole = group === undefined ? String.raw`\d+` : String.raw`\d{1,3}(?:${group}\d{3})+|\d+`
  const found = new RegExp(String.raw`^([+\-−]?)(${whole})(?:${mark}(\d+))?$`).exec(text)
  if (found === null) return undefined
  const digits = (format.group === undefined ? found[2]! : found[2]!.replaceAll(format.group, '')).replace(
    /^0+(?=\d)/,
    '',
  )
  const fraction = found[3] ?? ''
  const sign = found[1] === '-' || found[1] === '−' ? '-' : ''
  if (format.as === 'decimal') return sign + digits + (fraction === '' ? '' : `.${fraction}`)
  const scale = format.as === 'minor' ? format.scale : 0
  if (/[1-9]/.test(fraction.slice(scale))) return undefined
  const value = Number(sign + digits + fraction.slice(0, scale).padEnd(scale, '0'))
  return Number.isSafeInteger(value) ? value + 0 : undefined
}
