// Prints the resident memory of this process in bytes, with an engine if the argument is `engine`.
const withEngine = process.argv[2] === 'engine';
if (withEngine) {
    const { createEngine } = await import('greenroom');
    await createEngine();
}
globalThis.gc();
console.log(process.memoryUsage.rss());
process.exit();
