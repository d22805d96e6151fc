import { hash } from 'node:crypto';

/** How many characters the id of a request has, as on the platform. */
const REQUEST_ID_LENGTH = 15;

/** The id that a request with this `uniqueKey` has in every queue. */
export function requestId(uniqueKey: string): string {
    return hash('sha256', uniqueKey, 'base64').replace(/[+/=]/g, '').slice(0, REQUEST_ID_LENGTH);
}
