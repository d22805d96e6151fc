// Crawls a small shop on this machine with the Actor in ./actor, and prints the results.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEngine } from 'greenroom';
import { formatItems, formatKeys, formatRun } from './report.js';
import { startSite } from './site/server.js';

const HELP = `Crawls a small shop on this machine with the Actor in examples/quickstart/actor.

Usage: npm run quickstart -- [options]

  --keep <folder>    keep the storages in this folder (default: in memory only)
  --max-pages <n>    stop after this many pages (default: 200)
  --url <url>        crawl this site instead of the built-in shop
  --help             show this text

Ctrl+C aborts the run gracefully: the Actor saves its summary first.`;

const { values: options } = parseArgs({
    options: {
        keep: { type: 'string' },
        'max-pages': { type: 'string', default: '200' },
        url: { type: 'string' },
        help: { type: 'boolean', default: false },
    },
});

if (options.help) console.log(HELP);
else process.exitCode = await main();

async function main() {
    const site = options.url === undefined ? await startSite() : undefined;
    const storageDir = options.keep === undefined ? undefined : resolve(options.keep);
    const engine = await createEngine({ storageDir });
    try {
        const actor = await engine.addActor(fileURLToPath(new URL('./actor', import.meta.url)));
        const input = { startUrl: options.url ?? site.url, maxPages: Number(options['max-pages']) };
        console.log(`Starting ${actor.username}/${actor.name} at ${input.startUrl}\n`);

        const run = await engine.start(actor.id, input, { timeout: 120 });
        process.once('SIGINT', () => void run.abort({ gracefully: true }));
        for await (const line of run.log) console.log(`  ${line}`);

        await run.finished();
        await report(run);
        console.log(
            storageDir === undefined
                ? '\nThe results were in memory only. To keep them: --keep ./storage'
                : `\nSaved to ${storageDir}`,
        );
        return run.status === 'SUCCEEDED' ? 0 : 1;
    } finally {
        await engine.close();
        await site?.close();
    }
}

async function report(run) {
    console.log(`\n${formatRun(await run.info())}`);

    const items = await run.items();
    console.log(`\nDataset: ${items.length} items, the first 8:\n${formatItems(items.slice(0, 8))}`);

    const { items: keys } = await run.keyValueStore.listKeys();
    console.log(`\nKey-value store:\n${formatKeys(keys)}`);
    console.log(`\nOUTPUT: ${JSON.stringify(await run.output(), null, 4)}`);
}
