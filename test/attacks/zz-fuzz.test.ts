import { it } from 'vitest'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { checkSshSignature } from '/work/main/lib/signing/ssh-signature.js'
it('fuzz', async () => {
  const d = mkdtempSync('/tmp/fz-')
  const out = new Map<string, number>()
  const env = { PATH: process.env['PATH']! }
  for (const [type, bits] of [['rsa','2048'],['rsa','1024'],['ecdsa','256'],['ecdsa','521']] as const) {
    const p = `${d}/${type}${bits}`
    execFileSync('ssh-keygen', ['-q','-t',type,'-b',bits,'-N','','-f',p])
    writeFileSync(`${d}/m`, 'x')
    execFileSync('ssh-keygen', ['-q','-Y','sign','-f',p,'-n','git',`${d}/m`], {stdio:'ignore'})
    const armor = readFileSync(`${d}/m.sig`,'utf8'); execFileSync('rm',[`${d}/m.sig`])
    const b = Buffer.from(armor.split('\n').slice(1,-2).join(''),'base64')
    const re = (x: Buffer) => '-----BEGIN SSH SIGNATURE-----\n'+ (x.toString('base64').match(/.{1,70}/g)??[]).join('\n')+'\n-----END SSH SIGNATURE-----\n'
    const tryit = async (x: Buffer, l: string) => { try { const g = await checkSshSignature(Buffer.from('x'), re(x), { environment: env }); const w = g.kind+' '+(g.kind==='bad'?g.why:''); out.set(w, (out.get(w)??0)+1) } catch (e) { out.set('THROW '+type+bits+' '+l+' '+String(e).slice(0,200), 1) } }
    await tryit(b, 'asis')
    for (let i=0;i<b.length;i+=1) { const x = Buffer.from(b); x[i] = x[i]! ^ 0x41; await tryit(x, 'flip '+i) }
    for (let i=0;i<b.length;i+=3) { const x = Buffer.from(b); x[i] = 0; await tryit(x, 'zero '+i) }
    for (const [f,t] of [['rsa-sha2-512','rsa-sha2-256'],['rsa-sha2-512','ssh-rsa\0\0\0\0\0'],['nistp256','nistp384'],['nistp521','nistp256']] as const) { await tryit(Buffer.from(b.toString('latin1').replaceAll(f,t),'latin1'), f+t) }
  }
  console.log([...out].filter(([k]) => k.startsWith('THROW') || k.startsWith('good')).slice(0,40))
}, 300000)
