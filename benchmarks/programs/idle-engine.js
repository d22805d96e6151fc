// A fresh process that keeps an engine, and one that keeps nothing: what each holds of the machine's memory, in bytes.
const withEngine = process.argv[2] === 'engine';
if (withEngine) {
    const { createEngine } = await import('greenroom');
    await createEngine();
}
globalThis.gc();
console.log(process.memoryUsage.rss());
process.exit();
