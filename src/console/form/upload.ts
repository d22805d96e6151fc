import { api, apiAnswer } from '../api/api.js';
import type { KeyValueStoreInfo } from '../api/json.js';

/** Where files go that somebody gives to an input. */
const STORE = 'console-uploads';

/**
 * Keeps a file in a key-value store, and returns the URL that an Actor reads it from. The URL needs no token: it is signed for this
 * one record.
 */
export async function uploadFile(file: File): Promise<string> {
    const { id } = await api<KeyValueStoreInfo>('/key-value-stores', { method: 'POST', query: { name: STORE } });
    const key = `${crypto.randomUUID().slice(0, 8)}-${file.name.replace(/[^a-zA-Z0-9!\-_.'()]/g, '-').slice(-200)}`;
    const headers = { 'content-type': file.type || 'application/octet-stream' };
    await apiAnswer(`/key-value-stores/${id}/records/${key}`, { method: 'PUT', headers, body: file });
    const { items } = await api<{ items: { key: string; recordPublicUrl: string }[] }>(`/key-value-stores/${id}/keys`, {
        query: { prefix: key },
    });
    return items[0]!.recordPublicUrl;
}
