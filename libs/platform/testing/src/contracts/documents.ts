import { keeping } from './documents/checkpoint.ts'
import { finding } from './documents/find.ts'
import { writing } from './documents/put.ts'
import { refusing } from './documents/refuse.ts'
import type { DocumentsHandle } from './documents/world.ts'
import { register } from './register.ts'
import type { Case, Suite } from './suite.ts'

/** Every sentence of contracts §5 that Documents can be held to. */
export const documentsCases: readonly Case<DocumentsHandle>[] = [...writing, ...keeping, ...finding, ...refusing]

/** Registers the suite of the Documents port with Jest. */
export const documentsContract = (suite: Suite<DocumentsHandle>): void => register('Documents', documentsCases, suite)
