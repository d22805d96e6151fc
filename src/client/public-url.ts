import { checkNumber, checkOptions } from '../util/check.js';
import { signStorage } from './signatures.js';
import type { UrlSigner } from './signed-urls.js';

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
export function publicUrl(
    { storage, url: base }: PublicContents,
    options: Readonly<Record<string, unknown>>,
    known: readonly string[],
    signer: UrlSigner,
): string {
    checkOptions('options', options, [...known, 'expiresInSecs']);
    const { expiresInSecs } = options;
    checkNumber('options.expiresInSecs', expiresInSecs, 0);
    const url = new URL(base);
    const expiresAt = expiresInSecs ? signer.now() + Math.round(Number(expiresInSecs) * 1000) : undefined;
    const secretKey = signer.signingKeyOf(storage);
    // Whoever may not sign it gets it as `apify-client` makes it then: without.
    if (secretKey !== undefined) url.searchParams.set('signature', signStorage(secretKey, storage.id, expiresAt));
    for (const name of known) {
        if (name === 'signature') continue;
        const value = options[name];
        if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
}
