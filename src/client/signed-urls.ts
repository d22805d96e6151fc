import { signRecord, signStorage } from './signatures.js';
import type { DatasetInfo, KeyItem, KeyValueStoreInfo } from '../model/storage.js';

const MILLIS_PER_HOUR = 3_600_000;
/** URLs that the engine itself hands out are good for two weeks, as the platform's. */
const LIFETIME_MILLIS = 14 * 24 * MILLIS_PER_HOUR;

/** What signing URLs takes. */
export interface UrlSigner {
    /** The `urlSigningSecretKey` of a storage; undefined for whoever may not change it. */
    signingKeyOf(storage: { id: string; userId: string }): string | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    now(): number;
}

/** A dataset, for its owner with the key to sign URLs, and a URL that is signed. */
export function withSignedItems(info: DatasetInfo, signer: UrlSigner): DatasetInfo {
    const urlSigningSecretKey = signer.signingKeyOf(info);
    if (urlSigningSecretKey === undefined) return info;
    const signature = signStorage(urlSigningSecretKey, info.id, expiryOf(signer));
    return { ...info, itemsPublicUrl: signed(info.itemsPublicUrl, signature), urlSigningSecretKey };
}

/** A key-value store, likewise. */
export function withSignedKeys(info: KeyValueStoreInfo, signer: UrlSigner): KeyValueStoreInfo {
    const urlSigningSecretKey = signer.signingKeyOf(info);
    if (urlSigningSecretKey === undefined) return info;
    const signature = signStorage(urlSigningSecretKey, info.id, expiryOf(signer));
    return {
        ...info,
        keysPublicUrl: signed(info.keysPublicUrl, signature),
        recordsPublicUrl: signed(info.recordsPublicUrl, signature),
        urlSigningSecretKey,
    };
}

/** The keys of a page, each with a URL that is signed. */
export function withSignedRecords(items: readonly KeyItem[], secretKey: string | undefined): KeyItem[] {
    if (secretKey === undefined) return [...items];
    return items.map((item) => ({
        ...item,
        recordPublicUrl: signed(item.recordPublicUrl, signRecord(secretKey, item.key)),
    }));
}

/** At a full hour, so that what is asked for twice is the same. */
function expiryOf(signer: UrlSigner): number {
    return Math.ceil((signer.now() + LIFETIME_MILLIS) / MILLIS_PER_HOUR) * MILLIS_PER_HOUR;
}

function signed(url: string, signature: string): string {
    return `${url}?signature=${signature}`;
}
