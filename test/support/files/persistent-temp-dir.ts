import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { tempDir } from './temp-dir.js';

/** A folder whose `.greenroom` has resources of all kinds. */
export interface KeptDirectory {
    cwd: string;
    /** Ids of two runs of `shop`: the first succeeded, the second failed. */
    runs: { succeeded: string; failed: string };
}

let template: Promise<KeptDirectory> | undefined;

/** Creates a folder with an Actor `shop`, two runs of it, named storages, a task, a schedule and a webhook. */
export async function keptDirectory(): Promise<KeptDirectory> {
    // The template is created once, since runs take longer than a copy.
    template ??= createTemplate();
    const { cwd, runs } = await template;
    const copy = await tempDir();
    await cp(cwd, copy, { recursive: true });
    return { cwd: copy, runs };
}

async function createTemplate(): Promise<KeptDirectory> {
    const cwd = await mkdtemp(join(tmpdir(), 'greenroom-kept-'));
    process.once('exit', () => rmSync(cwd, { recursive: true, force: true }));
    const engine = await createEngine({ storageDir: `${cwd}/.greenroom` });
    try {
        const { id: actorId } = await engine.addActor({
            name: 'shop',
            run: async ({ input, Actor, log }) => {
                log.info('Selling');
                await Actor.pushData([{ sku: 'a', price: 1, tags: ['x'] }, { sku: 'b' }]);
                await Actor.setValue('page', '<p>hi</p>', { contentType: 'text/html' });
                if ((input as { fail?: boolean }).fail) throw new Error('Sold out');
                return { sold: 2 };
            },
        });
        const succeeded = await engine.call('shop', {});
        const failed = await engine.call('shop', { fail: true });
        await engine.storages.seed({
            datasets: { products: Array.from({ length: 45 }, (_, n) => ({ n, name: `Product ${n}` })) },
            keyValueStores: { config: { SETTINGS: { depth: 2 } } },
            requestQueues: { todo: ['https://a.example/1', 'https://a.example/2'] },
        });
        await engine.client.tasks().create({ actId: actorId, name: 'shop-task', input: { fast: true } });
        await engine.client.schedules().create({
            name: 'every-morning',
            cronExpression: '30 7 * * *',
            actions: [{ type: 'RUN_ACTOR', actorId }],
        });
        await engine.client.webhooks().create({
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            requestUrl: 'http://127.0.0.1:9/done',
            condition: { actorId },
        });
        return { cwd, runs: { succeeded: succeeded.id, failed: failed.id } };
    } finally {
        await engine.close({ force: true });
    }
}
