import { join } from 'node:path';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { FileSystemContext } from './file-system-context.js';
import { DirectFileWrites } from '../dataset/direct-writes.js';
import { ItemLog } from '../dataset/item-log.js';
import { JsonlFile } from './jsonl-file.js';
import { SparseIndexFile } from './sparse-index.js';

/** Items in `items.jsonl` of a directory. */
export class FileItemLog extends ItemLog {
    readonly #directory: string;
    readonly #disk: FileSystemContext;
    readonly #file: JsonlFile;
    readonly #marks: SparseIndexFile;
    readonly #onClose: () => void;
    #direct: DirectFileWrites | undefined;
    #readers = 0;

    constructor(directory: string, disk: FileSystemContext, onClose: () => void) {
        const file = new JsonlFile(join(directory, 'items.jsonl'), disk);
        file.open();
        const marks = new SparseIndexFile(join(directory, 'items.index'), disk, file);
        super(file, marks);
        this.#directory = directory;
        this.#disk = disk;
        this.#file = file;
        this.#marks = marks;
        this.#onClose = onClose;
        let position = marks.positionAt(marks.length - 1) ?? 0;
        for (const lines of file.chunks(position)) {
            this.indexLines(lines, position);
            position += lines.length;
        }
    }

    override append(items: readonly string[]): void {
        if (this.#direct === undefined) this.#append(items);
        else {
            this.#direct.runExclusive(() => {
                // Items that the other thread has written since the caller ingested them come before the new ones.
                this.ingest();
                this.#append(items);
            });
        }
    }

    override async read(start: number, end: number): Promise<string[]> {
        this.#readers += 1;
        try {
            return await super.read(start, end);
        } finally {
            this.#readers -= 1;
        }
    }

    override get isBusy(): boolean {
        return this.#readers > 0 || this.#direct !== undefined;
    }

    grantDirectWrites(): DirectWriteGrant | undefined {
        // With `fsync`, the host writes instead, since a thread that waits for the disk is blocked.
        if (this.#file.syncsWrites) return undefined;
        this.#disk.createFolder(this.#directory);
        return (this.#direct ??= new DirectFileWrites(this.#file.path)).grant();
    }

    ingest(): number {
        if (this.#direct === undefined) return 0;
        let count = 0;
        for (const lines of this.#file.readAppended()) count += this.indexLines(lines);
        this.#marks.save();
        return count;
    }

    revokeDirectWrites(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }

    override close(): void {
        super.close();
        this.#marks.save(true);
        this.discard();
    }

    /** Closes without another write, because the storage is being removed. */
    discard(): void {
        this.#file.close();
        this.#onClose();
    }

    #append(items: readonly string[]): void {
        super.append(items);
        this.#marks.save();
    }
}
