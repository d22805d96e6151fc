import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk in memory that is soon full. */
export interface SmallDisk {
    readonly directory: string;
    grow(megabytes: number): void;
}

/** Makes one that is gone after the running test; undefined where this user may not: only Linux's root may mount. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    const directory = mkdtempSync(join(tmpdir(), 'greenroom-disk-'));
    onTestFinished(() => {
        spawnSync('umount', ['-l', directory]);
        rmSync(directory, { recursive: true, force: true });
    });
    const mount = (options: string): boolean =>
        spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]).status === 0;
    if (!mount(`size=${megabytes}m`)) return undefined;
    return { directory, grow: (size) => void mount(`remount,size=${size}m`) };
}
