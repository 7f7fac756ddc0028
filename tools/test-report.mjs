// Plain JavaScript for Node 20.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './local-node.mjs'

/** What a Jest report says; whatever went wrong outside of a test, `problem` too, counts as a failure. */
export function totalsOf(report, problem) {
  const totals = { passed: 0, failed: 0, skipped: 0, skips: [], problems: [] }
  const fail = (text) => {
    totals.failed++
    totals.problems.push(text)
  }
  let results
  try {
    results = JSON.parse(readFileSync(report, 'utf8'))
    for (const suite of results.testResults) addSuite(totals, suite, fail)
  } catch (error) {
    fail(`${problem ?? 'Jest ended.'} It left no readable report: ${error.message}`)
  }
  if (totals.failed === 0 && (problem || !results.success)) fail(problem ?? 'Jest reports no success.')
  if (totals.passed + totals.failed === 0) fail('No test ran.')
  return totals
}

function addSuite(totals, suite, fail) {
  const before = totals.failed
  for (const { status, fullName } of suite.assertionResults) {
    if (status === 'passed') totals.passed++
    else if (status === 'failed') totals.failed++
    else {
      totals.skipped++
      totals.skips.push(fullName)
    }
  }
  if (suite.status === 'failed' && totals.failed === before) fail(`${relative(root, suite.name)} failed as a suite.`)
}

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

export function sum(all) {
  const add = (name) => all.reduce((total, each) => total + each[name], 0)
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(closingLine(sum(process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8'))))))
