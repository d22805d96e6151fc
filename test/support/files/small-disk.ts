import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A small disk in memory. */
export interface SmallDisk {
    readonly directory: string;
    grow(megabytes: number): void;
}

/** Mounts a disk until the end of the running test. Returns undefined if the user may not mount, which only root on Linux may. */
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
