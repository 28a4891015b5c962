/** JSON as ZooKeeper's AdminServer prints it, so that what cuts it apart by lines goes on working. */
import { type Double, double } from './numbers.ts'

/** A map stands for an object whose keys are data. */
export type Json = null | boolean | number | bigint | string | Double | readonly Json[] | ReadonlyMap<string, Json> | { readonly [key: string]: Json }

/** Two spaces for each depth of objects, ` : ` behind a key, arrays on one line. Source: Jackson's `DefaultPrettyPrinter`. */
export function printJson(value: Json, indent = ''): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.map((element) => printJson(element, indent)).join(', ')} ]`
  if (isDouble(value)) return double(value.double)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  if (entries.length === 0) return '{ }'
  const deeper = `${indent}  `
  const lines = entries.map(([key, member]) => `${deeper}${JSON.stringify(key)} : ${printJson(member as Json, deeper)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isDouble(value: object): value is Double {
  return 'double' in value
}
