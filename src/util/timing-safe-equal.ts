import * as crypto from 'node:crypto';

/** True if two secrets are equal. The time does not depend on where they differ, nor on their lengths being equal. */
export function timingSafeEqual(one: string, other: string): boolean {
    return createSecretMatcher(one)(other);
}

/** Creates a comparison with one secret, as {@link timingSafeEqual}, that hashes the secret only once. */
export function createSecretMatcher(secret: string): (other: string) => boolean {
    const expected = crypto.hash('sha256', secret, 'buffer');
    return (other) => crypto.timingSafeEqual(crypto.hash('sha256', other, 'buffer'), expected);
}
