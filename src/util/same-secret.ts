import { hash, timingSafeEqual } from 'node:crypto';

/** Secrets are shorter than that, but for those that somebody has thought up. */
const ROOM_BYTES = 256;
/** Where the length of a secret stands, lest one that ends in zeros be taken for a shorter one. */
const LENGTH_BYTES = 2;

/** What a secret is compared with, one at a time. */
const given = Buffer.alloc(LENGTH_BYTES + ROOM_BYTES);

/** Whether two secrets are equal, in a time that tells nothing of how far, or how long, they are. */
export function isSameSecret(one: string, other: string): boolean {
    return secretTest(one)(other);
}

/** As {@link isSameSecret}, for one secret that others are compared with again and again. */
export function secretTest(secret: string): (other: string) => boolean {
    const expected = Buffer.alloc(given.length);
    const digest = isShort(secret) ? undefined : digestOf(secret);
    if (digest === undefined) lay(secret, expected);
    return (other) => {
        if (digest !== undefined) return timingSafeEqual(digestOf(other), digest);
        if (!isShort(other)) return false;
        // Always all of it, however much of it there is.
        lay(other, given);
        return timingSafeEqual(given, expected);
    };
}

function isShort(secret: string): boolean {
    // No character takes more than three bytes, and to count them would take longer.
    return secret.length * 3 <= ROOM_BYTES;
}

function lay(secret: string, into: Buffer): void {
    into.fill(0);
    into.writeUInt16LE(into.write(secret, LENGTH_BYTES), 0);
}

function digestOf(secret: string): Buffer {
    return hash('sha256', secret, 'buffer');
}
