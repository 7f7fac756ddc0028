import { append } from './append.ts'
import { catchUps } from './catchup.ts'
import { handles } from './handle.ts'
import { http } from './http.ts'
import { imports } from './import.ts'
import { reads } from './read.ts'
import type { Work } from './work.ts'

/** Every work of the bench, in the order of a run. */
export const works: readonly Work[] = [...append, ...reads, ...catchUps, ...http, ...handles, imports]
