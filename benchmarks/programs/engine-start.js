// Measures the import, the first engine, and later engines once the code is warm. Runs in a new process each time.
const emptyStart = performance.now();
await import('./empty.js');
const emptyMillis = performance.now() - emptyStart;

const importStart = performance.now();
const { createEngine } = await import('greenroom');
const importMillis = performance.now() - importStart;

const firstMillis = await createAndClose();
const later = [];
for (let round = 0; round < 20; round += 1) later.push(await createAndClose());
later.sort((a, b) => a - b);

console.log(JSON.stringify({ emptyMillis, importMillis, firstMillis, laterMillis: later[10] }));

async function createAndClose() {
    const start = performance.now();
    const engine = await createEngine();
    await engine.close();
    return performance.now() - start;
}
