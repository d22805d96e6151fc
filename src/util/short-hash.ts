const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE = BigInt(ALPHABET.length);
/** Number of hexadecimal digits of the hash that are used. */
const HEX_DIGITS = 30;

/** Returns the HMAC of a text in letters and digits, as the platform signs URLs. */
export function shortHash(secretKey: string, text: string): string {
    // Loaded on first use: most Actors never sign anything.
    const { createHmac } = process.getBuiltinModule('node:crypto');
    const hex = createHmac('sha256', secretKey).update(text).digest('hex').slice(0, HEX_DIGITS);
    let digits = '';
    for (let rest = BigInt(`0x${hex}`); rest > 0n; rest /= BASE) digits = ALPHABET[Number(rest % BASE)] + digits;
    return digits === '' ? ALPHABET[0]! : digits;
}
