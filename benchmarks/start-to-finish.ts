import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verify } from './harness.js';
import type { Engine } from 'greenroom';

/** What an Actor is given, and what it must have left when it is done. */
export interface Job {
    input: object;
    items: number;
    output: object;
}

/** Milliseconds that the engine takes for a run of an Actor. */
export async function engineRun(engine: Engine, name: string, job: Job): Promise<number> {
    const startedAt = performance.now();
    const run = await engine.call(name, job.input);
    const millis = performance.now() - startedAt;
    verify('status of the run', run.status, 'SUCCEEDED');
    verifyOutcome(job, (await run.dataset.get())?.itemCount, await run.output());
    return millis;
}

/**
 * Milliseconds that an Actor takes in its folder in local mode, where it writes its storages to disk.
 *
 * @param args - What to hand to Node: the Actor's own file, or a program that starts it.
 */
export async function localRun(folder: string, args: readonly string[], job: Job): Promise<number> {
    const storages = join(folder, 'storage');
    const store = join(storages, 'key_value_stores', 'default');
    await rm(storages, { recursive: true, force: true });
    await mkdir(store, { recursive: true });
    await writeFile(join(store, 'INPUT.json'), JSON.stringify(job.input));

    const startedAt = performance.now();
    await promisify(execFile)(process.execPath, args, { cwd: folder, env: environment(folder), maxBuffer: 2 ** 26 });
    const millis = performance.now() - startedAt;

    const items = (await readdir(join(storages, 'datasets', 'default'))).filter((name) => /^\d+\.json$/.test(name));
    verifyOutcome(job, items.length, JSON.parse(await readFile(join(store, 'OUTPUT.json'), 'utf8')));
    return millis;
}

function verifyOutcome(job: Job, items: number | undefined, output: unknown): void {
    verify('items pushed', items, job.items);
    verify('output', JSON.stringify(output), JSON.stringify(job.output));
}

/** Nothing of the user's own, and nothing that would make a tool ask its makers for news. */
function environment(home: string): Record<string, string> {
    return {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        APIFY_CLI_DISABLE_TELEMETRY: '1',
        APIFY_CLI_SKIP_UPDATE_CHECK: '1',
        npm_config_update_notifier: 'false',
    };
}
