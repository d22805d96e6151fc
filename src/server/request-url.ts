import { ApiRefusal } from '../api/api-refusal.js';
import { show } from '../util/check.js';
import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\//i;
/** What the URL class would leave as it is. */
const PLAIN_HOST = /^(?:[a-z][a-z\d]*|127\.0\.0\.1):(?:[1-9]\d{3}|[1-5]\d{4})$/;
const PLAIN_TARGET = /^\/[\w\-.~!$&()*+,;=:@/?]*$/;
const DOT_PART = /\/\.\.?(?:[/?]|$)/;
const NO_HOST = /[\s/?#@\\]/;

/**
 * The URL that a request is for, as the URL class writes it.
 *
 * @throws ApiRefusal `invalid-request` when what was sent makes none.
 */
export function requestUrl({ url: target = '', headers, socket }: IncomingMessage): string {
    if (ABSOLUTE.test(target)) return parsed(target, target);
    const { host = '' } = headers;
    const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
    const url = `${scheme}://${host}${target}`;
    if (PLAIN_HOST.test(host) && PLAIN_TARGET.test(target) && !DOT_PART.test(target)) return url;
    if (host === '' || NO_HOST.test(host)) {
        throw unreadable(`its header \`Host\` is ${show(host)}, but must be the host that it is for`);
    }
    if (!target.startsWith('/')) throw unreadable(`it is for ${show(target)}, but paths begin with a slash`);
    return parsed(url, target);
}

function parsed(url: string, target: string): string {
    // The URL class takes it for a slash, and what looks like one path would be another.
    if (target.split('?', 1)[0]!.includes('\\')) throw unreadable(`its path ${show(target)} has a backslash in it`);
    if (!URL.canParse(url)) throw unreadable(`${show(url)} is no URL`);
    return new URL(url).href;
}

function unreadable(reason: string): ApiRefusal {
    return new ApiRefusal(400, 'invalid-request', `The request cannot be read: ${reason}.`);
}
