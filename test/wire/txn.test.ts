import { describe, expect, it } from 'vitest'
import { encode, JuteError } from '../../src/jute/index.ts'
import { concatBytes, fromHex, hexOf } from '../../src/kernel/index.ts'
import { decodeTransaction, encodeTransaction, OPEN_ACL_UNSAFE, OpCode, type Transaction, TxnHeader } from '../../src/wire/index.ts'

const header = { clientId: 0x100000ecf010000n, cxid: 1, zxid: 2n, time: 1795167579711n, type: OpCode.create }

/** The second record of the log in the storage reference, as 3.8.0 wrote it. */
const CREATE_A = `0100000ecf010000 00000001 0000000000000002 000001a1f8536e3f 00000001 00000002 2f61 00000002 6869
  00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00 00000001 00000002 000000010706f897`

describe('transactions', () => {
  it('are the bytes that 3.8.0 writes', () => {
    const txn = { kind: 'create', path: '/a', data: fromHex('6869'), acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 1 } as const
    const transaction: Transaction = { header, txn, digest: { version: 2, treeDigest: 0x10706f897n } }
    expect(hexOf(encodeTransaction(transaction))).toBe(hexOf(fromHex(CREATE_A)))
    expect(decodeTransaction(fromHex(CREATE_A))).toEqual(transaction)
  })

  it('of a failed multi carry the reason of each operation', () => {
    const txns = [{ kind: 'error', err: -103 } as const, { kind: 'error', err: -2 } as const]
    const transaction: Transaction = { header: { ...header, type: OpCode.multi }, txn: { kind: 'multi', txns }, digest: null }
    const bytes = encodeTransaction(transaction)
    expect(hexOf(bytes.subarray(32))).toBe('00000002' + 'ffffffff00000004ffffff99' + 'ffffffff00000004fffffffe')
    expect(decodeTransaction(bytes)).toEqual(transaction)
  })

  it.each([
    ['an unknown type', 99, ''],
    ['a record that is cut short', OpCode.delete, '00000002 2f'],
    ['an entry of a multi that is cut short', OpCode.multi, '00000001 00000002 00000002 0000'],
    ['a multi inside a multi', OpCode.multi, '00000001 0000000e 00000004 00000000'],
  ])('cannot be decoded from %s', (_what, type, record) => {
    const bytes = concatBytes([encode(TxnHeader, { ...header, type }), fromHex(record)])
    expect(() => decodeTransaction(bytes)).toThrow(JuteError)
  })

  it('of a close session without a list, as servers before 3.6 write it, are read as such', () => {
    const bytes = encode(TxnHeader, { ...header, type: OpCode.closeSession })
    expect(decodeTransaction(bytes).txn).toEqual({ kind: 'closeSession', paths2Delete: null })
  })
})
