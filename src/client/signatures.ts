import { isSameSecret } from '../util/same-secret.js';
import { shortHash } from '../util/short-hash.js';

/*
 * Signatures of public URLs, in the very form that the platform and its clients use: whoever has the `urlSigningSecretKey`
 * of a storage can make them, and whoever has the URL can read what it leads to, and nothing else.
 */

const VERSION = '0';
/** In the place of a time: it never ends. */
const FOR_EVER = 0;

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
export function signStorage(secretKey: string, storageId: string, expiresAtMillis: number = FOR_EVER): string {
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
    if ('recordKey' in contents) return isSameSecret(signature, signRecord(secretKey, contents.recordKey));
    const [, expiresAt = ''] = Buffer.from(signature, 'base64url').toString().split('.');
    if (!/^\d{1,15}$/.test(expiresAt)) return false;
    const expiresAtMillis = Number(expiresAt);
    // Decoding forgives what encoding would never write, hence the look at the whole.
    if (!isSameSecret(signature, signStorage(secretKey, contents.storageId, expiresAtMillis))) return false;
    return expiresAtMillis === FOR_EVER || nowMillis < expiresAtMillis;
}
