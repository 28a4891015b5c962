/**
 * What a chapter quotes is never typed by hand. Above each quotation stands a comment that says where it comes from:
 *
 *     <!-- output: npx tsx chapters/04-zab.ts --late; scenes 0-3 -->
 *     <!-- code: src/zab/sync-decision.ts decideSync -->
 *     <!-- code: src/tree/data-tree.ts DataTree.deleteNode -->
 *
 * followed by a fenced block. `renewed` puts into each block what belongs there: of a program's output the scenes with these
 * numbers (scene 0 is what comes before the first heading), or a function or a method as it stands in its file.
 */

/** Where quotations come from. */
export interface Sources {
  /** What a command prints. */
  readonly outputOf: (command: string) => string
  /** The text of a file, by its path in the checkout. */
  readonly fileAt: (path: string) => string
}

const QUOTATION = /<!-- (output|code): (.+?) -->\n```(\w+)\n(?:[\s\S]*?\n)??```/g

/** The chapter's text with every quotation as it should be. Throws when there is no such scene or function. */
export function renewed(text: string, { outputOf, fileAt }: Sources): string {
  return text.replace(QUOTATION, (_, kind: string, source: string, language: string) => {
    const quoted = kind === 'code' ? quotedCode(source, fileAt) : quotedOutput(source, outputOf)
    return `<!-- ${kind}: ${source} -->\n\`\`\`${language}\n${quoted}\n\`\`\``
  })
}

/** The numbers of the scenes of a command's output that a chapter quotes, in the order of the text. */
export function quotedScenes(text: string, command: string): number[] {
  return [...text.matchAll(QUOTATION)].flatMap(([, kind, source = '']) => {
    const parts = partsOf(source)
    return kind === 'output' && parts.command === command ? range(parts.first, parts.last) : []
  })
}

/** The scenes of a demo's output: what comes before the first heading, then each heading with what follows. */
export function scenesOf(output: string): string[] {
  return output.split(/\n+(?=── )/).map((scene) => scene.trimEnd())
}

function quotedOutput(source: string, outputOf: Sources['outputOf']): string {
  const { command, first, last } = partsOf(source)
  const scenes = scenesOf(outputOf(command))
  if (last >= scenes.length || first > last) throw new Error(`${command} has the scenes 0 to ${scenes.length - 1}, not ${first}-${last}`)
  const head = first === 0 ? `$ ${command}\n` : ''
  return head + scenes.slice(first, last + 1).join('\n\n')
}

function partsOf(source: string): { readonly command: string; readonly first: number; readonly last: number } {
  const [command = '', scenes = ''] = source.split('; scenes ')
  const [first = 0, last = first] = scenes.split('-').map(Number)
  return { command, first, last }
}

function quotedCode(source: string, fileAt: Sources['fileAt']): string {
  const [path = '', name = ''] = source.split(' ')
  const lines = fileAt(path).split('\n')
  const method = name.split('.')[1]
  const found = method === undefined ? blockOf(lines, new RegExp(`^(export )?function ${name}[(<]`), '}') : methodOf(lines, name, method)
  if (found.length === 0) throw new Error(`${path} has no function ${name}`)
  return found.join('\n')
}

/** `Class.method`: the method as it stands in its class, without the class's indentation. */
function methodOf(lines: readonly string[], name: string, method: string): string[] {
  const whole = blockOf(lines, new RegExp(`^export class ${name.split('.')[0]}\\b`), '}')
  return blockOf(whole, new RegExp(`^  (private )?${method}[(<]`), '  }').map((line) => line.slice(2))
}

/** The lines from the first that looks like `head` to the next one that is `end`; none when there are no such lines. */
function blockOf(lines: readonly string[], head: RegExp, end: string): string[] {
  const first = lines.findIndex((line) => head.test(line))
  return first < 0 ? [] : lines.slice(first, first + lines.slice(first).indexOf(end) + 1)
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
