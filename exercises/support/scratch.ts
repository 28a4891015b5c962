/** A folder for a while, as deep in the checkout as the reader's own, so that imports are the same there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './catalogue.ts'

/** Files that are gone when it is closed. */
export class Scratch {
  readonly folder: string

  constructor() {
    mkdirSync(join(root, 'my'), { recursive: true })
    this.folder = mkdtempSync(join(root, 'my/.scratch-'))
  }

  /** Writes a file. Returns its address. */
  write(name: string, text: string): string {
    const file = join(this.folder, basename(name))
    writeFileSync(file, text)
    return pathToFileURL(file).href
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** An import, as a file of such a folder or of the reader's has it. */
export function fromWorkspace(path: string): string {
  return `../../${path}`
}
