import { timingSafeEqual } from '../util/timing-safe-equal.js';
import { shortHash } from '../util/short-hash.js';
import { checkNumber, checkOptions } from '../util/check.js';
import { deriveSigningKey } from './access.js';
import type { KeyItem, StorageInfo } from '../model/api/storage.js';
import type { ClientServices } from './services.js';

const MILLIS_PER_HOUR = 3_600_000;

/** URLs that the engine itself hands out are good for two weeks, as the platform's. */
const LIFETIME_MILLIS = 14 * 24 * MILLIS_PER_HOUR;

/*
 * Signatures of public URLs, in the very form that the platform and its clients use: whoever has the `urlSigningSecretKey`
 * of a storage can make them, and whoever has the URL can read what it leads to, and nothing else.
 */

const VERSION = '0';

/** In the place of a time: it never ends. */
const FOR_EVER = 0;

/** A storage, for its owner with the key to sign URLs, and public URLs that are signed. */
export function withSignedUrls<Info extends StorageInfo>(info: Info, services: ClientServices): Info {
    const urlSigningSecretKey = deriveSigningKey(services, info);
    if (urlSigningSecretKey === undefined) return info;
    // At a full hour, so that what is asked for twice is the same.
    const expiresAt = Math.ceil((services.now() + LIFETIME_MILLIS) / MILLIS_PER_HOUR) * MILLIS_PER_HOUR;
    const signature = signStorage(urlSigningSecretKey, info.id, expiresAt);
    const urls = Object.entries(info).filter(([name]) => name.endsWith('PublicUrl')) as [string, string][];
    const signedUrls = urls.map(([name, url]) => [name, signed(url, signature)]);
    return { ...info, ...Object.fromEntries(signedUrls), urlSigningSecretKey };
}

/** The keys of a page, each with a URL that is signed. */
export function withSignedRecords(items: readonly KeyItem[], secretKey: string | undefined): KeyItem[] {
    if (secretKey === undefined) return [...items];
    return items.map((item) => ({
        ...item,
        recordPublicUrl: signed(item.recordPublicUrl, signRecord(secretKey, item.key)),
    }));
}

function signed(url: string, signature: string): string {
    return `${url}?signature=${signature}`;
}

/** What a signature opens: one record, or what a storage lists. */
export type SignedContents = { recordKey: string } | { storageId: string };

/** The signature for one record of a key-value store; it never ends. */
export function signRecord(secretKey: string, recordKey: string): string {
    return shortHash(secretKey, recordKey);
}

/**
 * The signature for the items of a dataset, or for the keys of a key-value store.
 *
 * @param expiresAtMillis - In milliseconds since the epoch. Default: never.
 */
function signStorage(secretKey: string, storageId: string, expiresAtMillis: number = FOR_EVER): string {
    const claim = `${VERSION}.${expiresAtMillis}`;
    return Buffer.from(`${claim}.${shortHash(secretKey, `${claim}.${storageId}`)}`).toString('base64url');
}

/**
 * Whether a signature opens these contents at this time.
 *
 * @param secretKey - The `urlSigningSecretKey` of the storage that they are in.
 */
export function isSignatureValid(
    signature: string,
    contents: SignedContents,
    secretKey: string,
    nowMillis: number,
): boolean {
    if ('recordKey' in contents) return timingSafeEqual(signature, signRecord(secretKey, contents.recordKey));
    const [, expiresAt = ''] = Buffer.from(signature, 'base64url').toString().split('.');
    if (!/^\d{1,15}$/.test(expiresAt)) return false;
    const expiresAtMillis = Number(expiresAt);
    // Decoding forgives what encoding would never write, hence the look at the whole.
    if (!timingSafeEqual(signature, signStorage(secretKey, contents.storageId, expiresAtMillis))) return false;
    return expiresAtMillis === FOR_EVER || nowMillis < expiresAtMillis;
}

/** What a public URL leads to. */
interface PublicContents {
    storage: { id: string; userId: string };
    /** Where they are, without a signature. */
    url: string;
}

/**
 * A public URL with a signature and with options as its query, lists joined by commas, as `apify-client` writes it.
 *
 * @param options - With `expiresInSecs`, by the engine's clock; 0 or nothing is for ever.
 * @param known - The options that make sense for it.
 */
export function createPublicUrl(
    { storage, url: base }: PublicContents,
    options: Readonly<Record<string, unknown>>,
    known: readonly string[],
    services: ClientServices,
): string {
    checkOptions('options', options, [...known, 'expiresInSecs']);
    const { expiresInSecs } = options;
    checkNumber('options.expiresInSecs', expiresInSecs, 0);
    const url = new URL(base);
    const expiresAt = expiresInSecs ? services.now() + Math.round(Number(expiresInSecs) * 1000) : undefined;
    const secretKey = deriveSigningKey(services, storage);
    // Whoever may not sign it gets it as `apify-client` makes it then: without.
    if (secretKey !== undefined) url.searchParams.set('signature', signStorage(secretKey, storage.id, expiresAt));
    for (const name of known) {
        if (name === 'signature') continue;
        const value = options[name];
        if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
}
