import type { Create, CreateOptions, Opened } from '../contracts/suite.ts'

/** An adapter that breaks one sentence of its port on purpose. */
export interface Broken<H> {
  readonly how: string
  /** The beginning of the sentence that it breaks. */
  readonly breaks: string
  readonly create: Create<H>
}

/** What a fault knows beside its port: a state that all instances on the same data share, the good handle, the options. */
export interface Around<H, S> {
  readonly state: S
  readonly handle: H
  readonly options: CreateOptions
}
export type Fault<P, H, S> = (port: P, around: Around<H, S>) => Partial<P>
export type Breaks<P, H> = <S = undefined>(
  how: string,
  breaks: string,
  fault: Fault<P, H, S>,
  state?: () => S,
) => Broken<H>

/** Makes broken adapters of a good one: every instance it opens has some methods replaced. */
export const breaksOf =
  <P extends object, H extends Opened<P>>(good: Create<H>): Breaks<P, H> =>
  <S>(how: string, breaks: string, fault: Fault<P, H, S>, state?: () => S) => ({
    how,
    breaks,
    create: async (options: CreateOptions) => {
      const handle = await good(options)
      const around = { state: state?.() as S, handle, options }
      const broken = (port: P): P => replaced(port, fault(port, around))
      return {
        ...handle,
        port: broken(handle.port),
        reopen: async () => broken(await handle.reopen!()),
        another: async () => broken(await handle.another!()),
      }
    },
  })

/** The port with some methods replaced; the others keep their own `this`, as private fields need it. */
function replaced<P extends object>(port: P, methods: Partial<P>): P {
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
