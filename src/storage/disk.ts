import type { Durability } from './atomic-file.js';
import type { OpenFiles } from './open-files.js';

/** What all files of one storage directory share. */
export interface Disk {
    readonly files: OpenFiles;
    readonly durability: Durability;
    /** A directory for what is not yet, or no longer, to be seen; emptied when the storage directory is opened. */
    readonly temporary: string;
    /** A name in {@link Disk.temporary} that was not given out before. */
    temporaryName(): string;
    /** A path in {@link Disk.temporary} that was not given out before. */
    temporaryPath(): string;
    /** Tells the user of something that was put right. */
    warn(message: string): void;
}
