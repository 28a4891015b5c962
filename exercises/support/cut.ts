/** Cuts exercises out of the reference code: the starter, and the variants, are the source file with some bodies replaced. */
import { posix } from 'node:path'
import ts from 'typescript'
import type { Exercise, Variant } from './exercise.ts'

/** What a body that the reader has to write throws. */
export const NOT_SOLVED = 'not solved yet'

/** A piece of a text, by its ends. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A replacement of a piece of a text. */
interface Edit extends Range {
  readonly text: string
}

/**
 * The reader's file as it is at the beginning: the source with the bodies cut out, its helpers left out, its imports as they are
 * from the reader's folder, and three lines on top that say what to do.
 *
 * @param text the source
 * @param id the exercise's id
 * @param importsFrom makes an import of the source's folder one of the reader's folder
 */
export function starterOf(text: string, id: string, exercise: Exercise, importsFrom: (path: string) => string): string {
  const { source, cut, hide = [] } = exercise
  const tree = parse(text)
  const bodies = cut.map((name) => replaceBody(text, tree, name, `throw new Error('${NOT_SOLVED}')`))
  const hidden = hide.map((name): Edit => ({ ...declarationOf(text, tree, name), text: '' }))
  const head = [
    `// Exercise ${id}. It takes the place of: ${source}`,
    `// Write the bodies that throw '${NOT_SOLVED}'. The task: exercises/${id}/README.md. The verdict, at each save: npm run learn -- ${id}`,
    '',
  ]
  return `${head.join('\n')}\n${apply(text, [...bodies, ...hidden, ...relocate(text, tree, source, importsFrom)])}`
}

/** A variant of the source as a file of another folder. Throws when it does not fit the source. */
export function variantOf(text: string, source: string, variant: Variant, importsFrom: (path: string) => string): string {
  const changed = changedSource(text, variant)
  return apply(changed, relocate(changed, parse(changed), source, importsFrom))
}

/** A variant of the source, in its place. Throws when it does not fit the source. */
export function changedSource(text: string, { name, edits = [], bodies = {} }: Variant): string {
  let changed = text
  for (const [from, to] of edits) {
    const times = changed.split(from).length - 1
    if (times !== 1) throw new Error(`variant ${name}: its text occurs ${times} times in the source, not once: ${from}`)
    changed = changed.replace(from, () => to)
  }
  for (const [path, body] of Object.entries(bodies)) changed = apply(changed, [replaceBody(changed, parse(changed), path, body.trim())])
  return changed
}

/** The bodies of the functions with these names. */
export function bodiesOf(text: string, names: readonly string[]): Range[] {
  const tree = parse(text)
  return names.map((name) => bodyOf(tree, name)).map((body) => ({ start: body.getStart(tree), end: body.end }))
}

/** The source as a syntax tree with parents. */
export function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2023, true)
}

function apply(text: string, edits: readonly Edit[]): string {
  let changed = text
  for (const { start, end, text: put } of [...edits].sort((a, b) => b.start - a.start)) changed = changed.slice(0, start) + put + changed.slice(end)
  return changed
}

function replaceBody(text: string, tree: ts.SourceFile, name: string, statements: string): Edit {
  const body = bodyOf(tree, name)
  const start = body.getStart(tree)
  const lineStart = text.lastIndexOf('\n', start) + 1
  const indent = /^ */.exec(text.slice(lineStart))?.[0] ?? ''
  const lines = statements.split('\n').map((line) => (line.trim() === '' ? '' : `${indent}  ${line}`))
  return { start, end: body.end, text: `{\n${lines.join('\n')}\n${indent}}` }
}

/** The body of the function that a path of names leads to. */
function bodyOf(tree: ts.SourceFile, path: string): ts.Node {
  let place: ts.Node = tree
  for (const name of path.split('.')) place = nodeNamed(place, name, path)
  const functions = ts.isVariableDeclaration(place) || ts.isPropertyAssignment(place) ? place.initializer : place
  if (functions === undefined || !ts.isFunctionLike(functions) || !('body' in functions) || functions.body === undefined) {
    throw new Error(`${path} is no function with a body`)
  }
  return functions.body as ts.Node
}

/** From the start of its comment to the end of its last line. */
function declarationOf(text: string, tree: ts.SourceFile, path: string): Range {
  let place: ts.Node = tree
  for (const name of path.split('.')) place = nodeNamed(place, name, path)
  const start = place.getFullStart()
  return { start: /^\r?\n/.exec(text.slice(start))?.[0].length === 1 ? start : start, end: place.end }
}

function nodeNamed(within: ts.Node, name: string, path: string): ts.Node {
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (node !== within && isNamed(node, name)) found.push(node)
    else ts.forEachChild(node, visit)
  }
  ts.forEachChild(within, visit)
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} declarations are called ${name} (${path}), not one`)
  return only
}

function isNamed(node: ts.Node, name: string): boolean {
  const declares =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isGetAccessorDeclaration(node)
  return declares && node.name !== undefined && node.name.getText() === name
}

/** Makes the relative imports of the source what they are from another folder. */
function relocate(text: string, tree: ts.SourceFile, source: string, importsFrom: (path: string) => string): Edit[] {
  const edits: Edit[] = []
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const specifier = statement.moduleSpecifier
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) continue
    const path = posix.join(posix.dirname(source), specifier.text)
    const quote = text[specifier.getStart(tree)] ?? "'"
    edits.push({ start: specifier.getStart(tree), end: specifier.end, text: `${quote}${importsFrom(path)}${quote}` })
  }
  return edits
}
