import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { RecordsView } from '../records/records-view.js';
import type { KeyValueStoreInfo, Run } from '../api/json.js';
import type { JSX } from '../preact.js';

/** The default key-value store of a run. */
export function StoreOf({ run, version }: { run: Run; version: number }): JSX.Element {
    const id = run.defaultKeyValueStoreId;
    const store = useResource(`store ${id}`, (signal) => api<KeyValueStoreInfo>(`/key-value-stores/${id}`, { signal }));
    return <RecordsView storeId={id} archiveUrl={store.value?.recordsPublicUrl} version={version} />;
}
