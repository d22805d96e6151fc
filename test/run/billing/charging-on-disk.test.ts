import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from 'greenroom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalOf } from '../../support/files/documents.js';
import { makeEngine } from '../../support/make-engine.js';
import { perEvent } from '../../support/actors/priced-actor.js';
import { ROOT } from '../../support/docs/source-files.js';
import { tempDir } from '../../support/files/temp-dir.js';

const PRICING = perEvent({ page: 0.1, 'apify-default-dataset-item': 0.001 });

const CHARGES = `export default async ({ Actor }) => {
    await Actor.charge({ eventName: 'page', count: 2 });
    await Actor.pushData([{ n: 1 }, { n: 2 }]);
};`;

describe('charges on disk', () => {
    it('survive closing the engine', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'priced', source: CHARGES }, { pricing: PRICING });
        const before = await first.call('priced');
        const info = await before.info();
        const charges = await before.charges();
        await first.close();

        const second = await makeEngine({ storageDir });

        const run = second.run(before.id)!;
        expect(charges.totalUsd).toBe(0.202);
        expect(await run.charges()).toEqual(charges);
        expect(await run.info()).toEqual(info);
        expect((await second.client.actor('priced').get())?.pricingInfos?.[0]).toEqual(info.pricingInfo);
    });

    it('continue when the run is resurrected later', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'priced', source: CHARGES }, { pricing: PRICING });
        const { id } = await first.call('priced');
        await first.close();

        const second = await makeEngine({ storageDir });
        const run = second.run(id)!;
        await run.resurrect();
        await run.finished();

        expect((await run.charges()).chargedEventCounts).toEqual({ page: 4, 'apify-default-dataset-item': 4 });
        expect((await run.info()).usageTotalUsd).toBe(0.404);
    });

    it('are stored as one line per charge beside the record of the run, and deleted with it', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const source = `import { Actor } from 'apify'; await Actor.init(); console.log('ready'); setInterval(() => {}, 1000);`;
        await engine.addActor({ name: 'patient', source }, { pricing: PRICING });
        const run = await engine.start('patient');
        for await (const line of run.log) if (line.endsWith(' ready')) break;
        const record = journalOf(storageDir, 'runs');
        const ledger = join(storageDir, 'registry', 'charges', `${run.id}.jsonl`);
        const { mtimeMs: recordedAt } = await stat(record);

        for (let n = 0; n < 100; n++) await engine.client.run(run.id).charge({ eventName: 'page' });

        expect((await readFile(ledger, 'utf8')).trimEnd().split('\n')).toHaveLength(100);
        expect((await stat(record)).mtimeMs).toBe(recordedAt);
        await run.abort();
        await run.finished();
        await engine.client.run(run.id).delete();
        expect(existsSync(ledger)).toBe(false);
    });

    it('are refused and not counted if the write fails', async () => {
        const storageDir = await tempDir();
        const engine = await createEngine({ storageDir });
        onTestFinished(() => engine.close({ force: true }).catch(() => {}));
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));
        const source = `import { Actor } from 'apify'; await Actor.init(); console.log('ready'); setInterval(() => {}, 1000);`;
        await engine.addActor({ name: 'patient', source }, { pricing: PRICING });
        const run = await engine.start('patient');
        for await (const line of run.log) if (line.endsWith(' ready')) break;
        // A file in place of the folder makes writes fail, like a broken disk.
        const folder = join(storageDir, 'registry', 'charges');
        await rm(folder, { recursive: true });
        await writeFile(folder, '');

        await expect(engine.client.run(run.id).charge({ eventName: 'page' })).rejects.toMatchObject({
            code: 'storage-failed',
        });
        await run.dataset.pushItems([{ n: 1 }, { n: 2 }]);

        expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }]);
        expect((await run.info()).chargedEventCounts).toEqual({ page: 0, 'apify-default-dataset-item': 0 });
        expect(warnings).toEqual([`Run \`${run.id}\` could not be charged for 2 items of its default dataset.`]);
    });

    it('survive a killed host if they were acknowledged', async () => {
        const storageDir = await tempDir();
        const program = join(await tempDir(), 'host.mjs');
        await writeFile(
            program,
            `import { createEngine } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist', 'index.js')).href)};
            const engine = await createEngine({ storageDir: ${JSON.stringify(storageDir)} });
            await engine.addActor({ name: 'charger', source: \`
                import { Actor } from 'apify';
                await Actor.init();
                for (let n = 1; ; n++) {
                    await Actor.charge({ eventName: 'page' });
                    await Actor.pushData({ n });
                    await Actor.setStatusMessage(String(n));
                }\` }, { pricing: ${JSON.stringify(PRICING)} });
            const run = await engine.start('charger');
            engine.on('run.status-message', ({ statusMessage }) => process.send({ id: run.id, answered: Number(statusMessage) }));`,
        );
        const host = fork(program, { stdio: 'ignore' });
        let last = { id: '', answered: 0 };
        await new Promise<void>((resolve) => {
            host.on('message', (message: typeof last) => {
                last = message;
                if (message.answered >= 200) resolve();
            });
        });
        host.kill('SIGKILL');
        await once(host, 'exit');

        const engine = await makeEngine({ storageDir });

        const run = engine.run(last.id)!;
        const { entries, chargedEventCounts, totalUsd } = await run.charges();
        expect(run.status).toBe('ABORTED');
        expect(await run.info()).toMatchObject({ chargedEventCounts, usageTotalUsd: totalUsd });
        expect(chargedEventCounts['page']).toBeGreaterThanOrEqual(last.answered);
        expect(chargedEventCounts['apify-default-dataset-item']).toBeGreaterThanOrEqual(last.answered);
        expect(entries).toHaveLength(Object.values(chargedEventCounts).reduce((sum, count) => sum + count, 0));
    });
});
