import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import type { Entry } from './log.ts'

/** Whether an entry passes the filter; it looks at the names of streams only. */
export function matching(options: ReadReq.Options): (entry: Entry) => boolean {
  const expression = options.getFilter()?.getStreamIdentifier()
  if (!expression) return () => true
  const prefixes = expression.getPrefixList()
  if (prefixes.length > 0) return ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix))
  const regex = new RegExp(expression.getRegex(), 'u')
  return ({ stream }) => regex.test(stream)
}
