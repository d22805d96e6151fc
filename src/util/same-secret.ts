import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are equal, in a time that tells nothing of how far, or how long, they are. */
export function isSameSecret(one: string, other: string): boolean {
    return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string): Buffer {
    return createHash('sha256').update(secret).digest();
}
