import type { StorageInfo, StorageUpdate } from '../model/api/storage.js';
import type { StoredData } from './stored-data.js';
import type { StorageCounter, UsageRecorder } from './storage-metadata.js';

/** A storage, as one of those who use it has it. */
export abstract class StorageHandle<Contents extends StoredData> {
    readonly id: string;
    /** The contents, which all handles of the storage share. */
    protected readonly data: Contents;
    protected readonly recordUsage: UsageRecorder | undefined;

    /** Storages are made by their collection. */
    constructor(shared: Contents, user?: UsageRecorder) {
        this.id = shared.id;
        this.data = shared;
        this.recordUsage = user;
    }

    abstract info(): StorageInfo;

    /** Changes name, title, access or schema; see {@link StoredData.update} for what it throws. */
    update(fields: StorageUpdate): ReturnType<this['info']> {
        this.data.update(fields);
        return this.info() as ReturnType<this['info']>;
    }

    protected countRead(counter: StorageCounter, times: number): void {
        this.data.countRead(counter, times, this.recordUsage);
    }

    protected countWrite(counter: StorageCounter, times: number): void {
        this.data.countWrite(counter, times, this.recordUsage);
    }
}
