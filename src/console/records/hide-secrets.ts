/** As the platform writes secret fields of an input into its record. */
const SECRET = /^ENCRYPTED_(?:VALUE|JSON):/;
const HIDDEN = '••••••••';

/** The value with dots in the place of what is encrypted in it: nobody can read that, and it is long. */
export function hideSecrets(value: unknown): unknown {
    if (typeof value === 'string') return SECRET.test(value) ? HIDDEN : value;
    if (Array.isArray(value)) return value.map(hideSecrets);
    if (typeof value !== 'object' || value === null) return value;
    // From entries, as a key may be one that means something to an object.
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideSecrets(inner)]));
}

/** Whether something in it is encrypted. */
export function hasSecrets(value: unknown): boolean {
    if (typeof value === 'string') return SECRET.test(value);
    return typeof value === 'object' && value !== null && Object.values(value).some(hasSecrets);
}
