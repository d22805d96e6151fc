import { timingSafeEqual } from '../util/timing-safe-equal.js';
import { shortHash } from '../util/short-hash.js';
import { checkNumber, checkOptions, checkText } from '../util/check.js';
import type { KeyItem, StorageInfo } from '../model/api/storage.js';
import type { ClientServices } from './services.js';

const MILLIS_PER_HOUR = 3_600_000;

/** Validity of signed URLs in records: two weeks, as on the platform. */
const LIFETIME_MILLIS = 14 * 24 * MILLIS_PER_HOUR;

/*
 * Signatures of public URLs, in the format of the platform and its clients. The `urlSigningSecretKey` of a storage creates
 * them; such a URL grants read access to its target and to nothing else.
 */

const VERSION = '0';

/** Expiry time of an unlimited signature. */
const NEVER = 0;

/** Derives the key that signs URLs of a storage; undefined if the principal does not own it. */
export function deriveSigningKey(services: ClientServices, storage: OwnedStorage): string | undefined {
    return services.principal.owns(storage.userId) ? signingKeyOf(services, storage) : undefined;
}

/** The properties of a storage that its signing key is derived from. */
interface OwnedStorage {
    readonly id: string;
    readonly userId: string;
}

function signingKeyOf(services: ClientServices, { id, userId }: OwnedStorage): string {
    return services.signAs(userId, `storage ${id}`);
}

/** Adds the signing key and signed public URLs to a storage's record if the principal owns it. */
export function withSignedUrls<Info extends StorageInfo>(info: Info, services: ClientServices): Info {
    const urlSigningSecretKey = deriveSigningKey(services, info);
    if (urlSigningSecretKey === undefined) return info;
    // A full hour, so that repeated calls return the same URL.
    const expiresAt = Math.ceil((services.now() + LIFETIME_MILLIS) / MILLIS_PER_HOUR) * MILLIS_PER_HOUR;
    const signature = signStorage(urlSigningSecretKey, info.id, expiresAt);
    const urls = Object.entries(info).filter(([name]) => name.endsWith('PublicUrl')) as [string, string][];
    const signedUrls = urls.map(([name, url]) => [name, addSignature(url, signature)]);
    return { ...info, ...Object.fromEntries(signedUrls), urlSigningSecretKey };
}

/** Signs the URLs of the keys on a page. */
export function withSignedRecords(items: readonly KeyItem[], secretKey: string | undefined): KeyItem[] {
    if (secretKey === undefined) return [...items];
    return items.map((item) => ({
        ...item,
        recordPublicUrl: addSignature(item.recordPublicUrl, signRecord(secretKey, item.key)),
    }));
}

function addSignature(url: string, signature: string): string {
    return `${url}?signature=${signature}`;
}

/** A signature that a caller presents, and its target: one record of a storage, or without a key, its items or keys. */
export interface SignedRequest {
    readonly signature: string;
    readonly recordKey: string | undefined;
}

/** Signs the URL of a record. The signature does not expire. */
export function signRecord(secretKey: string, recordKey: string): string {
    return shortHash(secretKey, recordKey);
}

/**
 * Signs the URL of a dataset's items or of a store's keys.
 *
 * @param expiresAtMillis - In milliseconds since the epoch. Default: never.
 */
function signStorage(secretKey: string, storageId: string, expiresAtMillis: number = NEVER): string {
    const claim = `${VERSION}.${expiresAtMillis}`;
    return Buffer.from(`${claim}.${shortHash(secretKey, `${claim}.${storageId}`)}`).toString('base64url');
}

/** Returns the signature in the options of a call, with its target; undefined without one. */
export function readSignature(
    { signature }: { signature?: string | undefined } = {},
    recordKey?: string,
): SignedRequest | undefined {
    checkText('options.signature', signature);
    return signature === undefined ? undefined : { signature, recordKey };
}

/** Padding of Base64, which the Python client keeps. */
const PADDING = /=+$/;

/** True if a signature grants access to contents of the storage now. */
export function isSignatureValid(
    { signature, recordKey }: SignedRequest,
    storage: OwnedStorage,
    services: ClientServices,
): boolean {
    const secretKey = signingKeyOf(services, storage);
    if (recordKey !== undefined) return timingSafeEqual(signature, signRecord(secretKey, recordKey));
    const unpadded = signature.replace(PADDING, '');
    const [, expiresAt = ''] = Buffer.from(unpadded, 'base64url').toString().split('.');
    if (!/^\d{1,15}$/.test(expiresAt)) return false;
    const expiresAtMillis = Number(expiresAt);
    // Decoding accepts texts that encoding never writes, so the whole signature is compared.
    if (!timingSafeEqual(unpadded, signStorage(secretKey, storage.id, expiresAtMillis))) return false;
    return expiresAtMillis === NEVER || services.now() < expiresAtMillis;
}

/** Target of a public URL. */
interface PublicContents {
    storage: OwnedStorage;
    /** URL without a signature. */
    url: string;
}

/**
 * Creates a public URL with a signature and with options as its query. Arrays are joined by commas, as in `apify-client`.
 *
 * @param options - With `expiresInSecs`: validity by the engine's clock. 0 or undefined: unlimited.
 * @param known - Names of the accepted options.
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
    // Like `apify-client`, returns the URL unsigned if the principal does not have the key.
    if (secretKey !== undefined) url.searchParams.set('signature', signStorage(secretKey, storage.id, expiresAt));
    for (const name of known) {
        if (name === 'signature') continue;
        const value = options[name];
        if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
}
