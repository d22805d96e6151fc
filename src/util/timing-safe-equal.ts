import * as crypto from 'node:crypto';

/** True if two secrets are equal. Takes the same time wherever they differ, also if their lengths differ. */
export function timingSafeEqual(one: string, other: string): boolean {
    return createSecretMatcher(one)(other);
}

/** Returns a test for one secret, as {@link timingSafeEqual}, which hashes the secret once. */
export function createSecretMatcher(secret: string): (other: string) => boolean {
    const expected = crypto.hash('sha256', secret, 'buffer');
    return (other) => crypto.timingSafeEqual(crypto.hash('sha256', other, 'buffer'), expected);
}
