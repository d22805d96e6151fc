import { createEngine } from 'greenroom'; import fs from 'node:fs';
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e)); process.on('uncaughtException', (e) => console.log('UNCAUGHT', e));
const storageDir = fs.mkdtempSync('/tmp/lab-crash/fd-'); const warnings = new Map(); const w = (...a) => { const t = a.map(String).join(' ').replace(/[A-Za-z0-9]{17}/g, 'ID').slice(0, 220); warnings.set(t, (warnings.get(t) ?? 0) + 1); };
const engine = await createEngine({ storageDir, logger: { debug() {}, info() {}, warn: w, error: w }, maxConcurrentRuns: Number(process.argv[2] ?? 8) });
const { client } = engine;
const fn = async ({ Actor, log }) => { const q = await Actor.openRequestQueue(); for (let n = 0; n < 20; n++) { await Actor.pushData({ n }); await Actor.setValue('k' + n, 'x'.repeat(n % 2 ? 10 : 100000)); await q.addRequest({ url: 'https://e.com/' + n }); log.info('l' + n); } };
await engine.addActor({ name: 'inl', run: fn }); await engine.addActor({ name: 'thr', source: 'export default ' + fn }); await engine.addActor({ name: 'poo', source: 'export default ' + fn }, { isolation: 'pooled' }); await engine.addActor({ name: 'pro', source: 'export default ' + fn }, { isolation: 'process' });
const counts = {};
for (const name of ['inl', 'thr', 'poo', 'pro']) {
  const rs = await Promise.all(Array.from({ length: 20 }, () => engine.call(name).then(async (r) => r.status + ' ' + (r.status === 'SUCCEEDED' ? (await r.items().catch((e) => e)).length : r.statusMessage.slice(0, 140)), (e) => (e.code + ' ' + e.message).slice(0, 140))));
  for (const r of rs) { const k = name + ': ' + r; counts[k] = (counts[k] ?? 0) + 1; }
}
console.log(counts);
const ids = []; for (let i = 0; i < 100; i++) { const { id } = await client.datasets().getOrCreate('d' + i); ids.push(id); await client.dataset(id).pushItems({ i }); }
const pages = await Promise.all(ids.map((id) => client.dataset(id).listItems())); console.log('datasets', pages.every((p, i) => p.items[0].i === i));
console.log(engine && (await Promise.all((await client.runs().list()).items.map((r) => client.log(r.id).get()))).filter((l) => l?.includes('l19')).length);
await engine.close(); console.log(warnings);
const again = await createEngine({ storageDir }); console.log((await again.client.runs().list()).total, (await again.call('thr')).status); await again.close();
fs.rmSync(storageDir, { recursive: true });
