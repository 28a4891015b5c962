/**
 * Diagrams of the source itself. Layers: which folder imports which. Flow: which events and effects pass between the machines and
 * those who drive them, by the unions in which their words are declared.
 */
import ts from 'typescript'
import { type Source, sources } from '../../test/support/source.ts'
import { folderOf, importsBetween } from '../../test/tidy/import-rules.ts'
import type { Drawing } from '../book/drawings.ts'

/** All diagrams of the source. */
export function folderDiagrams(): Drawing[] {
  const files = sources('src')
  const imports = importsBetween(files)
  const ofServer = files.filter(({ path }) => folderOf(path) === 'peer' || imports.get('peer')?.has(folderOf(path)))
  return [
    { name: 'folders-layers', from: 'src', text: layers(imports) },
    { name: 'folders-flow', from: 'src', text: flow(ofServer) },
  ]
}

/**
 * Who stands on whom. An arrow is left out where other arrows lead to the same folder: whoever imports `peer` may well import `wire`
 * too, and a picture that said so would be black. Dotted: only types are imported.
 */
function layers(all: ReturnType<typeof importsBetween>): string {
  const valuesOf = (from: string) => [...(all.get(from) ?? [])].flatMap(([to, what]) => (what === 'values' ? [to] : []))
  const reaches = (from: string, to: string): boolean => valuesOf(from).some((next) => next === to || reaches(next, to))
  const lines = [...all].flatMap(([from, imports]) =>
    [...imports]
      .filter(([to]) => !valuesOf(from).some((other) => other !== to && reaches(other, to)))
      .map(([to, what]) => `  ${boxOf(from)} ${what === 'values' ? '-->' : '-.->'} ${boxOf(to)}`),
  )
  return ['flowchart TD', ...lines.sort(order), ''].join('\n')
}

function boxOf(folder: string): string {
  const title = folder === '' ? 'the package' : folder
  return `${title.replace(/\W/g, '_')}["${title}"]`
}

/** What a machine is told and what it wants done: its two unions, `…Event` and `…Effect`, by the names of their kinds. */
interface Boundary {
  readonly machine: string
  readonly folder: string
  readonly events: readonly string[]
  readonly effects: readonly string[]
}

/** Each machine with what it is told on the left and what it wants done on the right, the server itself first. */
function flow(files: readonly Source[]): string {
  const boundaries = boundariesOf(files).sort((a, b) => Number(b.folder === 'peer') - Number(a.folder === 'peer'))
  const lines = boundaries.map(({ machine, folder, events, effects }) => {
    const title = folder === 'peer' ? 'the server' : `${folder}: ${machine}`
    return `  ${machine}In["${events.join(', ')}"]:::words --> ${machine}["${title}"] --> ${machine}Out["${effects.join(', ')}"]:::words`
  })
  return ['flowchart LR', '  classDef words fill:#ffffff,stroke:none', ...lines, ''].join('\n')
}

function boundariesOf(files: readonly Source[]): Boundary[] {
  const declared = new Map(
    files.flatMap(({ path, tree }) =>
      tree.statements
        .filter((node) => ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node))
        .map((node) => [node.name.text, { folder: folderOf(path), node }] as const),
    ),
  )
  const kindsOf = (name: string): string[] => {
    const node = declared.get(name)?.node
    const members = node === undefined ? [] : ts.isInterfaceDeclaration(node) ? [node] : ts.isUnionTypeNode(node.type) ? node.type.types : [node.type]
    return members.flatMap((member) => (ts.isTypeReferenceNode(member) ? kindsOf(member.typeName.getText()) : kindsIn(member)))
  }
  return [...declared].flatMap(([name, { folder }]) => {
    const [, machine] = /^(\w+)Event$/.exec(name) ?? []
    if (machine === undefined || declared.get(`${machine}Effect`)?.folder !== folder) return []
    const effects = kindsOf(`${machine}Effect`).filter((kind) => kind !== 'note')
    return [{ machine, folder, events: kindsOf(name), effects }]
  })
}

/** The kinds that a `{ kind: … }` may have. */
function kindsIn(type: ts.TypeNode | ts.InterfaceDeclaration): string[] {
  const members = ts.isTypeLiteralNode(type) || ts.isInterfaceDeclaration(type) ? type.members : []
  const kind = [...members].filter((member) => ts.isPropertySignature(member)).find(({ name }) => name.getText() === 'kind')
  return [...(kind?.type?.getText() ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name as string)
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
