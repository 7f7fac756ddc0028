import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder, restore } from '@rapport/sqlite'
import type { Operation } from './plan.ts'
import { root, type Processes, type Running } from './processes.ts'
import { digestOf, eventsIn, eventsOf } from './stored.ts'
import { differing, withKeysOf } from './undisturbed.ts'

const mapping = join(root, 'tools/import-mappings/boston311.yaml')
const ROWS = 60
/** How a command ends that worked, and one whose server was lost. */
const WELL = 0
const UNREACHABLE = 7

/** An operation on the command line while the process is killed, and what must hold afterwards. */
export class Operations {
  readonly #processes: Processes
  readonly #dir: string
  readonly #data: string
  readonly files: string[] = []
  readonly problems: string[] = []
  cut = 0
  #n = 0
  #running: (Running & { readonly operation: Operation; readonly n: number }) | undefined

  constructor(processes: Processes, dir: string, data: string) {
    this.#processes = processes
    this.#dir = dir
    this.#data = data
  }

  begin(operation: Operation): void {
    const n = ++this.#n
    this.#running = { ...this.#processes.rapport(this.#args(operation, n)), operation, n }
  }

  /** After the process died: the command hears of it, or takes the folder over and does all by itself; a backup is killed as well. */
  async ended(): Promise<void> {
    if (this.#running === undefined) return
    const { operation, child, ended } = this.#running
    if (operation === 'backup') child.kill('SIGKILL')
    const { code, signal, stderr } = await ended
    if (code !== WELL) this.cut++
    if (code === WELL || code === UNREACHABLE || (operation === 'backup' && signal === 'SIGKILL')) return
    this.problems.push(`${operation} ended with ${code ?? signal}: ${stderr}`)
  }

  /** Once a process serves the folder again: what was cut is done again, and must come to what it would have come to. */
  async resume(): Promise<void> {
    if (this.#running === undefined) return
    const { operation, n } = this.#running
    this.#running = undefined
    if (operation === 'import') await this.#imported(n)
    if (operation === 'backup') await this.#backedUp(n)
  }

  /** Imports every file, in the same order, into a folder where nothing is killed; answers what differs. */
  async compare(): Promise<readonly string[]> {
    const undisturbed = await withKeysOf(this.#data, join(this.#dir, 'undisturbed'))
    for (const n of this.files.keys()) await this.#processes.ok(this.#import(n, undisturbed))
    const streams = await differing(this.#data, undisturbed)
    return streams.map((stream) => `The imports left ${stream} otherwise than undisturbed ones.`)
  }

  #args(operation: Operation, n: number): readonly string[] {
    if (operation === 'rebuild') return ['rebuild', '--data', this.#data]
    if (operation === 'backup') return this.#backup(n)
    const file = join(this.#dir, `requests-${this.files.length}.csv`)
    writeFileSync(file, requests(this.files.length))
    this.files.push(file)
    return this.#import(this.files.length - 1, this.#data)
  }

  #import(file: number, data: string): readonly string[] {
    return ['import', 'communication', this.files[file]!, '--mapping', mapping, '--data', data, '--json']
  }

  #backup(n: number): readonly string[] {
    const [events, keys] = this.#backupDirs(n)
    return ['backup', events, '--keys', keys, '--data', this.#data]
  }
  #backupDirs(n: number): [string, string] {
    return [join(this.#dir, `backup-${n}`), join(this.#dir, `backup-${n}-keys`)]
  }

  async #imported(n: number): Promise<void> {
    const printed = await this.#processes.ok(this.#import(this.files.length - 1, this.#data))
    const { rows, recorded, unchanged, rejected } = JSON.parse(printed.split('\n').at(-1)!) as Record<string, number>
    if (rows !== ROWS || recorded! + unchanged! !== ROWS || rejected !== 0)
      this.problems.push(`import ${n}, resumed, said ${printed}`)
  }

  /** Half a backup is refused and can be made anew in its place; a whole one holds the beginning of what is stored. */
  async #backedUp(n: number): Promise<void> {
    const [events, keys] = this.#backupDirs(n)
    const whole = [events, keys].map((dir) => existsSync(join(dir, 'manifest.json')))
    const into = join(this.#dir, `restored-${n}`)
    if (whole.includes(false)) {
      const refused = await restore(events, keys, `${into}-half`).catch((error: { code?: string }) => error.code)
      if (refused !== 'backup-incomplete') this.problems.push(`half a backup ${n} gave ${JSON.stringify(refused)}`)
      if (whole.includes(true)) return
      await this.#processes.ok(this.#backup(n))
    }
    await restore(events, keys, into)
    const folder = await openFolder(into)
    const restored = await eventsIn(folder)
    await folder.close()
    const standing = (await eventsOf(this.#data)).slice(0, restored.length)
    if (restored.length === 0 || digestOf(restored) !== digestOf(standing))
      this.problems.push(`backup ${n} holds other events than the store`)
    for (const dir of [events, keys, into]) rmSync(dir, { recursive: true })
  }
}

/** Requests that nobody made; every other one is closed, so that a row has two facts. */
function requests(file: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const head = 'CASE_ENQUIRY_ID,OPEN_DT,CLOSED_DT,CLOSURE_REASON,CASE_TITLE,TYPE,Department,Location,Source'
  const rows = Array.from({ length: ROWS }, (_, n) => {
    const day = `${two(1 + (n % 12))}/${two(1 + (n % 28))}/2015`
    const closed = n % 2 === 0 ? `${day} 11:30:00 PM,Letter ${n}` : ','
    const about = `Request ${n},Made up,${['SNOW', 'PARK', 'ISD'][n % 3]},${n} Main St,Twitter`
    return `${file * 1000 + n},${day} ${two(1 + (n % 12))}:${two(n % 60)}:00 AM,${closed},${about}`
  })
  return `${[head, ...rows].join('\n')}\n`
}
