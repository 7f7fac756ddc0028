// A golden fixture that was committed once never changes: what it holds stands in somebody's store.
import { changedFixtures } from './corpus/history.ts'

const { changed, notice } = changedFixtures()
if (notice !== undefined) console.log(notice)
for (const path of changed) console.error(`${path} is not what was committed first: fixtures are append-only`)
process.exitCode = changed.length > 0 ? 1 : 0
