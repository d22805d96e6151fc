import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../registry/json-file.js';
import { show } from '../../util/check.js';
import { readJson } from '../read-json.js';
import type { NewQueueRequest } from '../../model/storage.js';

/**
 * Requests as somebody has written them: a URL on each line (empty lines and those that begin with `#` count for nothing), or a
 * JSON array of URLs and requests.
 *
 * @param source - What messages call it: `urls.txt`.
 * @throws EngineError `invalid-value`, with the place of what is none.
 */
export function parseRequests(text: string, source: string): NewQueueRequest[] {
    const plain = text.replace(/^\uFEFF/, '');
    if (/^\s*[[{]/.test(plain)) return parseJsonRequests(plain, source);
    return plain.split('\n').flatMap((line, index) => {
        const url = line.trim();
        return url === '' || url.startsWith('#') ? [] : [{ url: checkUrl(url, `${source}, line ${index + 1}`) }];
    });
}

/** One URL of a command line, or of a list. */
export function checkUrl(url: string, place: string): string {
    if (URL.canParse(url) && /^https?:/i.test(url)) return url;
    const remedy =
        URL.canParse(`https://${url}`) && /^[\w.-]+\.\w+/.test(url) ? ` Did you mean \`https://${url}\`?` : '';
    throw new EngineError('invalid-value', `${place}: ${show(url)} is no http or https URL.${remedy}`, {
        details: { url },
    });
}

function parseJsonRequests(text: string, source: string): NewQueueRequest[] {
    const parsed = readJson(text, source);
    const entries: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    return entries.map((entry, index) => {
        const place = `${source}, request ${index + 1}`;
        if (typeof entry === 'string') return { url: checkUrl(entry, place) };
        if (isJsonObject(entry) && typeof entry['url'] === 'string') {
            checkUrl(entry['url'], place);
            return entry as unknown as NewQueueRequest;
        }
        const message = `${place} is ${show(entry)}, but must be a URL or an object with a \`url\`.`;
        throw new EngineError('invalid-value', message, { details: { index } });
    });
}
