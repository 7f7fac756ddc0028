// Whether the service of this container is live: the health check of the image.
const { HOST = '127.0.0.1', PORT = '4680' } = process.env
const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '[::1]' : HOST
const answer = await fetch(`http://${host}:${PORT}/health/live`, { signal: AbortSignal.timeout(3_000) }).catch(
  () => undefined,
)
process.exit(answer?.ok === true ? 0 : 1)
