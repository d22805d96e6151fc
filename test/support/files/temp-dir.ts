import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates an empty folder that is removed after the running test, and returns its real path. */
export async function tempDir(prefix = 'greenroom-test-'): Promise<string> {
    const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
    onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    return path;
}
