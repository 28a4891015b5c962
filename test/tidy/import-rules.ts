/**
 * Who may import whom in `src/`: the rules of the house as a table, and the checker that applies them to parsed files.
 *
 * A folder is imported through its `index.ts` alone, and only by those whom the table names. Cycles between files are
 * refused, those of types included. Below the hosts nothing but our own source is imported, and nothing that could tell one
 * run from another is touched: no clock, no timer, no randomness, no process, no promise.
 */
import { posix } from 'node:path'
import ts from 'typescript'
import { nodesOf, place, type Source } from '../support/source.ts'

/** For each folder whom it may import. `kernel` is open to all. `types:x` means x's types, and x's tables of numbers. */
export const mayImport: Readonly<Record<string, string>> = {
  kernel: '',
  jute: '',
  quorum: '',
  wire: 'jute',
  paxos: 'quorum types:wire',
  election: 'quorum types:wire',
  // Zab reads and writes the payloads of its packets; the packets themselves come and go as records.
  zab: 'quorum jute wire',
  tree: 'quorum types:wire',
  watches: 'quorum types:wire',
  sessions: 'quorum types:wire',
  storage: 'jute wire tree',
  pipeline: 'jute wire quorum tree watches sessions types:zab',
  peer: 'jute quorum wire election zab tree watches sessions storage pipeline',
  client: 'jute wire',
  recipes: 'client',
  operations: 'types:peer',
  // Hosts read configurations, which are the quorum's.
  'hosts/simulation': 'peer client recipes jute wire quorum zab storage tree',
  'hosts/node': 'peer client wire quorum storage operations',
  'hosts/browser': 'peer client wire storage operations',
  // The package's main entry: the client, bound to Node.
  '': 'client hosts/node',
  cli: '*',
}

/** Wire's tables of numbers: constants, no behaviour, so they go with the types. */
const numberTables = /^(OpCode|KeeperErrorCode|CreateMode|EventType|KeeperState|[A-Z]+_[A-Z0-9_]+)$/

/** Where Node and other packages may be used. */
const outside = ['hosts/node', 'cli']
/** Where promises may be used besides: public APIs, and the world that drives them. */
const promising = [...outside, 'client', 'recipes', 'hosts/simulation', 'hosts/browser', '']
/** Where the surroundings of a browser may be used. */
const surrounded = [...outside, 'hosts/browser']

const surroundings = new Set(
  `Buffer process Date performance crypto console globalThis window self fetch WebSocket Worker MessageChannel navigator require
  setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask requestAnimationFrame structuredClone`.split(/\s+/),
)

/** Every breach of the rules in these files, one line each: `where: what`. */
export function breachesOf(files: readonly Source[]): string[] {
  const edges = new Map(files.map((file) => [file.path, importsOf(file)]))
  return [
    ...files.flatMap((file) => (edges.get(file.path) ?? []).flatMap((edge) => breachOf(file, edge))),
    ...files.flatMap((file) => forbiddenNames(file)),
    ...cyclesOf(edges).map((cycle) => `${cycle[0]}: cycle ${cycle.join(' → ')}`),
  ]
}

/** Which folder imports which others, and whether values or only types: what there is, not what may be. */
export function importsBetween(files: readonly Source[]): Map<string, Map<string, 'values' | 'types'>> {
  const folders = new Map<string, Map<string, 'values' | 'types'>>()
  for (const file of files) {
    const from = folderOf(file.path)
    const known = folders.get(from) ?? new Map<string, 'values' | 'types'>()
    folders.set(from, known)
    for (const { target, values } of importsOf(file)) {
      const to = target?.startsWith('src/') ? folderOf(target) : from
      if (to !== from) known.set(to, values.length > 0 || known.get(to) === 'values' ? 'values' : 'types')
    }
  }
  return folders
}

/** The folder that a file of `src/` belongs to: the first name of its path, or two below `hosts/`; '' for `src/index.ts`. */
export function folderOf(path: string): string {
  const names = posix.dirname(path).split('/').slice(1)
  return names.slice(0, names[0] === 'hosts' ? 2 : 1).join('/')
}

/** The client's host must not bring the whole server along. */
const sideDoors: Readonly<Record<string, string>> = { 'hosts/node': 'src/hosts/node/client.ts' }

function doorOf(folder: string): string {
  return posix.join('src', folder, 'index.ts')
}

interface Import {
  readonly node: ts.Node
  readonly specifier: string
  /** The imported file, relative to the checkout; undefined for a package. */
  readonly target: string | undefined
  /** The names that are imported as values; `*` for all of them. */
  readonly values: readonly string[]
}

function importsOf(file: Source): Import[] {
  const found: Import[] = []
  for (const node of nodesOf(file.tree)) {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push(importAt(file, node, node.moduleSpecifier.text, ts.isImportDeclaration(node) ? importedValues(node) : exportedValues(node)))
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments
      found.push(importAt(file, node, specifier && ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)', ['*']))
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      found.push(importAt(file, node, node.argument.literal.text, []))
    }
  }
  return found
}

function importAt(file: Source, node: ts.Node, specifier: string, values: readonly string[]): Import {
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
  return { node, specifier, target, values }
}

function importedValues({ importClause: clause }: ts.ImportDeclaration): string[] {
  if (!clause) return ['*']
  if (clause.isTypeOnly) return []
  const names = clause.name ? ['*'] : []
  const bindings = clause.namedBindings
  if (bindings && ts.isNamespaceImport(bindings)) return ['*']
  return [...names, ...valuesAmong(bindings?.elements ?? [])]
}

function exportedValues({ isTypeOnly, exportClause: clause }: ts.ExportDeclaration): string[] {
  if (isTypeOnly) return []
  return clause && ts.isNamedExports(clause) ? valuesAmong(clause.elements) : ['*']
}

function valuesAmong(specifiers: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): string[] {
  return specifiers.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text)
}

function breachOf(file: Source, { node, specifier, target, values }: Import): string[] {
  const from = folderOf(file.path)
  const breach = (what: string) => [`${place(file, node)}: ${what}`]
  if (target === undefined) return outside.includes(from) ? [] : breach(`${from} imports the package ${specifier}`)
  if (!target.startsWith('src/')) return breach(`${specifier} lies outside of src/`)
  const to = folderOf(target)
  if (to === from) return target === doorOf(from) && posix.basename(file.path) !== 'index.ts' ? breach('a file imports its own door') : []
  if (target !== doorOf(to) && target !== sideDoors[to]) return breach(`${to} is entered by ${specifier}, not by its index.ts`)
  const allowed = mayImport[from]?.split(' ')
  if (allowed === undefined) return breach(`the folder ${from} is not in the table of imports`)
  if (to === 'kernel' || allowed.includes(to) || allowed.includes('*')) return []
  if (!allowed.includes(`types:${to}`)) return breach(`${from} may not import ${to}`)
  const behaviour = values.filter((name) => !numberTables.test(name))
  return behaviour.length === 0 ? [] : breach(`${from} may import only types of ${to}, not ${behaviour.join(', ')}`)
}

function forbiddenNames(file: Source): string[] {
  const folder = folderOf(file.path)
  const nodes = [...nodesOf(file.tree)]
  const declared = new Set(nodes.filter(isDeclaredName).map((node) => node.text))
  const found: string[] = []
  for (const node of nodes) {
    const name = ts.isIdentifier(node) && isFreeName(node) && !declared.has(node.text) ? node.text : undefined
    if (name && surroundings.has(name) && !surrounded.includes(folder)) found.push(`${place(file, node)}: ${folder} touches ${name}`)
    if (node.getText(file.tree) === 'Math.random' && !surrounded.includes(folder)) found.push(`${place(file, node)}: ${folder} touches Math.random`)
    const promise = name === 'Promise' || node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword
    if (promise && !promising.includes(folder)) found.push(`${place(file, node)}: ${folder} uses a promise`)
  }
  return found
}

/** Whether an identifier introduces a name of the file's own (a variable, a parameter, an import …). */
function isDeclaredName(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  const declares =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent)
  return declares && parent.name === node
}

/** Whether an identifier stands for a variable or type, and not for a member. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent)) return parent.left === node
  if (ts.isBindingElement(parent)) return parent.propertyName !== node
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isAccessor(parent)
  return !(isMember && parent.name === node)
}

/** Cycles among files, each found once, as the paths along it with the first repeated at the end. */
function cyclesOf(edges: ReadonlyMap<string, readonly Import[]>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path])
    if (start >= 0 || done.has(path)) return
    for (const { target } of edges.get(path) ?? []) if (target !== undefined) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}
