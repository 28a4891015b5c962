import { describe, expect, it } from 'vitest'
import { subjectOf } from '../../src/hosts/node/distinguished-name.ts'

/** A certificate as far as its subject, which is given in hex. */
function certificateOf(subject: string, version: boolean): Uint8Array {
  const empty = '3000'
  const fields = `${version ? 'a003020102' : ''}020101${empty.repeat(3)}${subject}`
  return Buffer.from(sequence(sequence(fields)), 'hex')
}

function sequence(content: string): string {
  const length = content.length / 2
  return `30${length < 128 ? '' : '82'}${length.toString(16).padStart(length < 128 ? 2 : 4, '0')}${content}`
}

describe('the subject of a certificate', () => {
  // What `new X500Principal(encoded).getName()` says.
  it.each([
    [
      'CN=bob,OU=tests,O=Example,C=DE',
      '303d310b30090603550406130244453110300e060355040a13074578616d706c65310e300c060355040b13057465737473310c300a06035504031303626f62',
    ],
    ['CN=a\\,b\\=c\\+d,O=x\\#y', '3020310c300a060355040a0c037823793110300e06035504031307612c623d632b64'],
    [
      '1.2.840.113549.1.9.1=#16056140622e63,CN=\\ lead\\ ,DC=example,DC=com',
      '305531133011060a0992268993f22c6401191603636f6d31173015060a0992268993f22c64011916076578616d706c65310f300d06035504031306206c6561642031143012' +
        '06092a864886f70d01090116056140622e63',
    ],
    [
      'CN=n+UID=u,ST=Bayern,L=München,STREET=1 Main',
      '3052310f300d0603550409130631204d61696e3111300f06035504070c084dc3bc6e6368656e310f300d0603550408130642617965726e311b3008060355040313016e300f' +
        '060a0992268993f22c640101130175',
    ],
    ['2.5.4.5=#13023132,2.5.4.12=#13024472,CN=x', '3026310a30080603550403130178310b3009060355040c13024472310b3009060355040513023132'],
    ['CN=q\\"w\\\\e\\;\\<\\>', '30133111300f06035504030c087122775c653b3c3e'],
    ['', '3000'],
  ])('is %s', (text, encoded) => {
    expect(subjectOf(certificateOf(encoded, true))).toBe(text)
    expect(subjectOf(certificateOf(encoded, false))).toBe(text)
  })
})
