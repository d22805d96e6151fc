import type { StorageInfo, StorageUpdate } from '../model/api/storage.js';
import type { StoredData } from './storage-contents.js';
import type { StorageCounter, UsageRecorder } from './storage-document.js';

/** A storage, as one of those who use it has it. */
export abstract class StorageHandle<Contents extends StoredData> {
    readonly id: string;
    /** The contents, which all handles of the storage share. */
    protected readonly shared: Contents;
    protected readonly user: UsageRecorder | undefined;

    /** Storages are made by their collection. */
    constructor(shared: Contents, user?: UsageRecorder) {
        this.id = shared.id;
        this.shared = shared;
        this.user = user;
    }

    abstract info(): StorageInfo;

    /** Changes name, title, access or schema; see {@link StoredData.update} for what it throws. */
    update(fields: StorageUpdate): ReturnType<this['info']> {
        this.shared.update(fields);
        return this.info() as ReturnType<this['info']>;
    }

    protected noteRead(counter: StorageCounter, times: number): void {
        this.shared.noteRead(counter, times, this.user);
    }

    protected noteWrite(counter: StorageCounter, times: number): void {
        this.shared.noteWrite(counter, times, this.user);
    }
}
