import { open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exportStore } from '@rapport/house'
import { liesWithin, openFolder, type DataFolder } from '@rapport/sqlite'
import { Ended } from '../exit-codes.ts'
import { notOnServers } from '../on-servers.ts'
import { interruptible, Progress } from '../output.ts'
import { mustExist } from '../reach.ts'

/** `rapport export --keys FILE`: the keys into a file, then everything else to standard output. */
export async function exportCommand(options: { readonly data: string; readonly keys: string }): Promise<void> {
  notOnServers(process.env, 'rapport export moves a data folder.')
  mustExist({ data: options.data, tenant: 'main' })
  const signal = interruptible()
  const [data, file] = [resolve(options.data), resolve(options.keys)]
  if (liesWithin(file, data))
    throw new Ended('usage', `${options.keys} lies in the data folder: keep the keys elsewhere.`, 'target-nested')
  const { folder, held } = await opened(data)
  const progress = new Progress()
  try {
    await folder.checkSecrets()
    const keys = await newFile(file, options.keys)
    let complete = false
    try {
      const { events, keys: kept } = await exportStore(folder, {
        store: folder.store,
        signal,
        write: toStdout,
        writeKeys: async (text) => void (await keys.write(text)),
        async onKeys() {
          await keys.sync()
          complete = true
        },
        onEvents: (count) => progress.show(`${count} events`),
      })
      progress.clear()
      process.stderr.write(
        `${events} events are exported, ${kept} keys are in ${options.keys}: who has that file can open them all.${
          held ? ' The folder is in use: what is recorded from now on is not in the export.' : ''
        }\n`,
      )
    } finally {
      progress.clear()
      await keys.close()
      if (!complete) await rm(file, { force: true })
    }
  } finally {
    await folder.close()
  }
}

/** Held while it is exported; where another process holds it, it is read beside that. */
async function opened(data: string): Promise<{ readonly folder: DataFolder; readonly held: boolean }> {
  try {
    return { folder: await openFolder(data), held: false }
  } catch (error) {
    if ((error as { code?: string }).code !== 'folder-in-use') throw error
    return { folder: await openFolder(data, { readonly: true }), held: true }
  }
}

async function newFile(file: string, given: string) {
  try {
    return await open(file, 'wx', 0o600)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
    throw new Ended('usage', `${given} exists: each export writes a file of keys of its own.`, 'target-exists')
  }
}

const toStdout = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
