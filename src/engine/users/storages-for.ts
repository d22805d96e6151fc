import { KIND_LABELS } from '../../storage/storage-document.js';
import type { StorageDirectory, StoragesOfKind } from '../../client/client-host.js';
import type { GeneralAccess } from '../../model/run.js';
import type {
    DatasetInfo,
    KeyValueStoreInfo,
    RequestQueueInfo,
    StorageInfo,
    StorageKind,
} from '../../model/storage.js';
import type { Dataset } from '../../storage/dataset.js';
import type { KeyValueStore } from '../../storage/key-value-store.js';
import type { RequestQueue } from '../../storage/request-queue.js';
import type { StorageCollection } from '../../storage/storage-collection.js';
import type { Storages } from '../../storage/storages.js';
import type { Viewer } from './viewer.js';

/** Whose a mere name is when nobody in particular asks: nobody's. */
const NO_USER = { id: '', username: '' };

/** Whether the run is open to everybody that a storage belongs to. */
type IsOpenRun = (runId: string) => boolean;

interface Collected<Info> {
    readonly id: string;
    info(): Info;
}

/**
 * The storages of an engine as somebody sees them: their own, and to read those that their owners have opened.
 *
 * Source: "General resource access" in the platform's docs.
 */
export function storagesFor(viewer: Viewer, storages: Storages, isOpenRun: IsOpenRun): StorageDirectory {
    return {
        datasets: kindFor<DatasetInfo, Dataset>(viewer, 'dataset', storages.datasets, isOpenRun),
        keyValueStores: kindFor<KeyValueStoreInfo, KeyValueStore>(
            viewer,
            'keyValueStore',
            storages.keyValueStores,
            isOpenRun,
        ),
        requestQueues: kindFor<RequestQueueInfo, RequestQueue>(
            viewer,
            'requestQueue',
            storages.requestQueues,
            isOpenRun,
        ),
        get publicBaseUrl() {
            return storages.publicBaseUrl;
        },
    };
}

function kindFor<Info extends StorageInfo, Storage extends Collected<Info>>(
    viewer: Viewer,
    kind: StorageKind,
    collection: StorageCollection<Storage>,
    isOpenRun: IsOpenRun,
): StoragesOfKind<Storage, Info> {
    const label = KIND_LABELS[kind];
    const user = viewer.user ?? NO_USER;
    const requireUser = () => {
        if (viewer.user === undefined) throw viewer.refusal(label);
        return viewer.user;
    };
    const isOwn = ({ id }: Storage): boolean => viewer.owns(collection.ownerIdOf(id));
    return {
        find(reference) {
            const storage = collection.find(reference, user);
            // Who has no token is not told either what there is not.
            if (storage === undefined && viewer.user !== undefined) return undefined;
            if (storage && (isOwn(storage) || isOpen(storage.info(), reference, isOpenRun))) return storage;
            throw viewer.refusal(label);
        },
        findOwn(reference) {
            const storage = collection.find(reference, requireUser());
            if (storage === undefined || isOwn(storage)) return storage;
            throw viewer.refusal(label);
        },
        remove: (id) => collection.remove(id),
        getOrCreate: (name, schema) => collection.getOrCreate(name, schema, requireUser()),
        list: (options) => collection.list(options, requireUser()),
    };
}

/** Whether everybody may read a storage who knows this reference to it. */
function isOpen({ id, generalAccess, actRunId }: StorageInfo, reference: string, isOpenRun: IsOpenRun): boolean {
    const openTo: Record<GeneralAccess, () => boolean> = {
        ANYONE_WITH_NAME_CAN_READ: () => true,
        ANYONE_WITH_ID_CAN_READ: () => reference === id,
        RESTRICTED: () => false,
        FOLLOW_USER_SETTING: () => reference === id && actRunId !== undefined && isOpenRun(actRunId),
    };
    return openTo[generalAccess]();
}
