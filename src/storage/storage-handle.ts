import type { StorageInfo, StorageUpdate } from '../model/api/storage.js';
import type { CheckName } from './names.js';
import type { StoredData } from './stored-data.js';
import type { StorageCounter, UsageRecorder } from './storage-metadata.js';

/** A handle to a storage. */
export abstract class StorageHandle<Data extends StoredData> {
    readonly id: string;
    /** The data, shared by all handles of the storage. */
    protected readonly data: Data;
    protected readonly recordUsage: UsageRecorder | undefined;

    /** A collection creates its handles. */
    constructor(data: Data, recordUsage?: UsageRecorder) {
        this.id = data.id;
        this.data = data;
        this.recordUsage = recordUsage;
    }

    abstract info(): StorageInfo;

    /** Changes the name, title, access or schema. Throws as {@link StoredData.update} does. */
    update(fields: StorageUpdate, checkName?: CheckName): ReturnType<this['info']> {
        this.data.update(fields, checkName);
        return this.info() as ReturnType<this['info']>;
    }

    protected countRead(counter: StorageCounter, times: number): void {
        this.data.countRead(counter, times, this.recordUsage);
    }

    protected countWrite(counter: StorageCounter, times: number): void {
        this.data.countWrite(counter, times, this.recordUsage);
    }
}
