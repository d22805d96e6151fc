import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';

/** Creates a temporary directory for a function and removes it afterwards. */
export async function* inTemporaryDirectory<Result>(
    work: (directory: string) => AsyncIterable<Result>,
): AsyncGenerator<Result> {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-bench-'));
    try {
        yield* work(directory);
    } finally {
        await rm(directory, { recursive: true, force: true });
    }
}

/** Opens an engine on a directory for a function and closes it afterwards. */
export async function withEngine<Result>(
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
