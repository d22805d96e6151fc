import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verify } from './harness.js';
import type { Engine } from 'greenroom';

/** The input of an Actor and its expected results. */
export interface Job {
    input: object;
    /** Number of items in the default dataset. */
    items: number;
    output: object;
}

/** Runs an Actor in the engine and returns the milliseconds that it takes. */
export async function timeEngineRun(engine: Engine, name: string, job: Job): Promise<number> {
    const startedAt = performance.now();
    const run = await engine.call(name, job.input);
    const millis = performance.now() - startedAt;
    verify('status of the run', run.status, 'SUCCEEDED');
    verifyOutcome(job, (await run.dataset.get())?.itemCount, await run.output());
    return millis;
}

/**
 * Runs an Actor in local mode, which writes its storages to disk, and returns the milliseconds that it takes.
 *
 * @param args - The arguments of Node: the Actor's file, or a program that starts the Actor.
 */
export async function timeLocalRun(folder: string, args: readonly string[], job: Job): Promise<number> {
    const storages = join(folder, 'storage');
    const store = join(storages, 'key_value_stores', 'default');
    await rm(storages, { recursive: true, force: true });
    await mkdir(store, { recursive: true });
    await writeFile(join(store, 'INPUT.json'), JSON.stringify(job.input));

    const startedAt = performance.now();
    await promisify(execFile)(process.execPath, args, {
        cwd: folder,
        env: createEnvironment(folder),
        maxBuffer: 2 ** 26,
    });
    const millis = performance.now() - startedAt;

    const items = (await readdir(join(storages, 'datasets', 'default'))).filter((name) => /^\d+\.json$/.test(name));
    verifyOutcome(job, items.length, JSON.parse(await readFile(join(store, 'OUTPUT.json'), 'utf8')));
    return millis;
}

function verifyOutcome(job: Job, items: number | undefined, output: unknown): void {
    verify('items pushed', items, job.items);
    verify('output', JSON.stringify(output), JSON.stringify(job.output));
}

/** Excludes the user's environment, and disables telemetry and update checks. */
function createEnvironment(home: string): Record<string, string> {
    return {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        APIFY_CLI_DISABLE_TELEMETRY: '1',
        APIFY_CLI_SKIP_UPDATE_CHECK: '1',
        npm_config_update_notifier: 'false',
    };
}
