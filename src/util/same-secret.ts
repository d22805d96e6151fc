import { hash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are equal, in a time that tells nothing of how far, or how long, they are. */
export function isSameSecret(one: string, other: string): boolean {
    return secretTest(one)(other);
}

/** As {@link isSameSecret}, for one secret that others are compared with again and again. */
export function secretTest(secret: string): (other: string) => boolean {
    const expected = digest(secret);
    return (other) => timingSafeEqual(digest(other), expected);
}

function digest(secret: string): Buffer {
    return hash('sha256', secret, 'buffer');
}
