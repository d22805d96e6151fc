import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';

/** Works in a directory that is removed afterwards. */
export async function* inNewDirectory<Result>(
    work: (directory: string) => AsyncIterable<Result>,
): AsyncGenerator<Result> {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-bench-'));
    try {
        yield* work(directory);
    } finally {
        await rm(directory, { recursive: true, force: true });
    }
}

/** Works with an engine on a directory, which is closed afterwards. */
export async function withEngineOn<Result>(
    directory: string,
    work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
    const engine = await createEngine({ storageDir: directory, prewarm: 0 });
    try {
        return await work(engine);
    } finally {
        await engine.close();
    }
}

/** How many milliseconds some work takes. */
export async function millisOf(work: () => unknown): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

/** What is known exactly, or was measured only once. */
export function single(median: number): { median: number; spread: number } {
    return { median, spread: 0 };
}
