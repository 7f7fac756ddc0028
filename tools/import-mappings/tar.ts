const BLOCK = 512

/** The regular files of a tar archive (ustar), by path; whatever else is in it is passed over. */
export function* filesOf(archive: Buffer): Generator<readonly [path: string, bytes: Buffer]> {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK)
    if (header[0] === 0) return
    const text = (from: number, to: number): string => header.toString('utf8', from, to).split('\0')[0]!
    const size = parseInt(text(124, 136), 8)
    if (Number.isNaN(size) || at + BLOCK + size > archive.length) throw new Error(`The archive is damaged at ${at}.`)
    const prefix = text(257, 262) === 'ustar' ? text(345, 500) : ''
    const body = archive.subarray(at + BLOCK, at + BLOCK + size)
    if (/^[0]?$/.test(text(156, 157))) yield [prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`, body]
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
}
