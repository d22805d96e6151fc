import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder that is removed when the running test has finished; returns its real path. */
export async function tempDir(prefix = 'greenroom-test-'): Promise<string> {
    const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
    onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    return path;
}
