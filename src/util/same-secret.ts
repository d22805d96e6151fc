import { hash, timingSafeEqual } from 'node:crypto';

/** True if two secrets are equal, in a time that does not depend on where, or in which length, they differ. */
export function isSameSecret(one: string, other: string): boolean {
    return secretTest(one)(other);
}

/** As {@link isSameSecret}, for one secret that many others are compared with. */
export function secretTest(secret: string): (other: string) => boolean {
    const expected = hash('sha256', secret, 'buffer');
    return (other) => timingSafeEqual(hash('sha256', other, 'buffer'), expected);
}
