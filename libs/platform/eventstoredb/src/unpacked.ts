/** What is touched of a channel of grpc-js: what makes the filters of each call. */
interface Channel {
  readonly internalChannel?: { readonly filterStackFactory?: { readonly factories?: readonly FilterFactory[] } }
}
interface FilterFactory {
  createFilter(): { sendMetadata(metadata: Promise<Headers>): Promise<Headers> }
}
interface Headers {
  set(name: string, value: string): void
}

const ACCEPTED = 'grpc-accept-encoding'
const asked = new WeakSet<object>()

/**
 * Asks the server to send messages as they are. grpc-js 1.14 tells every server that it takes gzip, whatever its options say, and this server then
 * packs each message by itself, however small: to unpack them, a new decompressor each, took six times the processor's time of following the log
 * and three times that of an append, and the server half of its own. Where grpc-js is made otherwise, nothing is touched: a test tells.
 */
export function askUnpacked(channel: object): void {
  if (asked.has(channel)) return
  asked.add(channel)
  for (const factory of (channel as Channel).internalChannel?.filterStackFactory?.factories ?? []) {
    const create = factory.createFilter.bind(factory)
    factory.createFilter = () => {
      const filter = create()
      const send = filter.sendMetadata.bind(filter)
      filter.sendMetadata = async (metadata) => {
        const headers = await send(metadata)
        headers.set(ACCEPTED, 'identity')
        return headers
      }
      return filter
    }
  }
}
