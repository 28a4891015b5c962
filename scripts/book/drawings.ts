/** All diagrams of the book, each with the text that Mermaid draws and with what it is made from. */
import { folderDiagrams } from '../diagrams/folders.ts'
import { stateDiagrams } from '../diagrams/states.ts'
import { chapters } from './library.ts'
import type { Outputs } from './outputs.ts'

export interface Drawing {
  /** The name of its files in `diagrams/`, without an extension. */
  readonly name: string
  /** What its text is made from: a command, or a file. */
  readonly from: string
  readonly text: string
}

/** What each demo draws of itself, the states that are seen in runs, and the folders of the source. */
export async function drawings(outputs: Outputs): Promise<Drawing[]> {
  const stories = await Promise.all(chapters('.ts').map((chapter) => storyOf(chapter, outputs)))
  return [...stories, ...(await stateDiagrams()), ...folderDiagrams()]
}

/** What stands in a drawing's `.mmd` file: its first line says from what it is made. */
export function fileTextOf({ from, text }: Drawing): string {
  return `%% from ${from}\n${text}`
}

async function storyOf(chapter: string, outputs: Outputs): Promise<Drawing> {
  const from = `npx tsx chapters/${chapter}.ts --diagram`
  const outputOf = await outputs.of([from])
  return { name: chapter, from, text: outputOf(from, 0) }
}
