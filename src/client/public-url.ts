import { checkNumber, checkOptions } from '../util/check.js';

/**
 * A public URL with options as its query, lists joined by commas, as `apify-client` writes it.
 *
 * @param known - The options that make sense for it.
 */
export function publicUrl(base: string, options: Readonly<Record<string, unknown>>, known: readonly string[]): string {
    checkOptions('options', options, [...known, 'expiresInSecs']);
    checkNumber('options.expiresInSecs', options['expiresInSecs'], 0);
    const url = new URL(base);
    for (const name of known) {
        const value = options[name];
        if (value === undefined) continue;
        const text = typeof value === 'boolean' ? Number(value) : value;
        url.searchParams.set(name, String(text));
    }
    return url.href;
}
