import { invalid, didYouMean } from '../util/check.js';
import { isJsonObject } from '../util/json/json.js';
import type { WebhookPayloadTemplate } from '@apify/utilities';
import type { TemplateVariables } from './events.js';

/** The names of the variables that templates may use. */
const VARIABLES: ReadonlySet<string> = new Set<keyof TemplateVariables>([
    'userId',
    'createdAt',
    'eventType',
    'eventData',
    'resource',
    'globals',
]);

/** What is sent where a webhook has no template of its own. */
export const DEFAULT_PAYLOAD_TEMPLATE = `{
    "userId": {{userId}},
    "createdAt": {{createdAt}},
    "eventType": {{eventType}},
    "eventData": {{eventData}},
    "resource": {{resource}}
}`;

const VARIABLE = /\{\{\s*([^{}\s.]*)[^{}]*\}\}/g;

let library: Promise<{ WebhookPayloadTemplate: typeof WebhookPayloadTemplate }> | undefined;

/** What stands for the variables while a template is only looked at. A number would be no header, and a variable may. */
const SAMPLE = {
    userId: 'user',
    createdAt: '2024-01-01T00:00:00.000Z',
    eventType: 'TEST',
    eventData: {},
    resource: {},
    globals: { dateISO: '2024-01-01T00:00:00.000Z', dateUnix: '1704067200' },
};

/** What HTTP allows in a name; a value may have no control characters. */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/**
 * Headers that are always the engine's own, in lower case: those that the platform rewrites, and those that say how the
 * request travels.
 */
const RESERVED: ReadonlySet<string> = new Set([
    'host',
    'content-type',
    'x-apify-webhook',
    'x-apify-webhook-dispatch-id',
    'x-apify-request-origin',
    'connection',
    'content-encoding',
    'content-length',
    'expect',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
]);

/**
 * Replaces the variables of a template and parses it. It is the platform's own code that does it, so that all comes out as it
 * does there: what is not known is null, and so are 0, false and the empty text, unless they stand within texts.
 *
 * @throws Whatever the platform's code throws: the template is no JSON, or names a variable that there is not.
 */
export async function fillTemplate(
    template: string,
    variables: Readonly<Record<keyof TemplateVariables, unknown>>,
    interpolateStrings: boolean,
): Promise<unknown> {
    // Loaded by the first template: it takes 20 milliseconds. And kept: to ask for it anew is a look at the disk.
    library ??= import('@apify/utilities');
    const { WebhookPayloadTemplate: Template } = await library;
    return Template.parse(template, new Set(VARIABLES), { ...variables }, { interpolateStrings });
}

/** Fills a template with samples; throws `invalid-value`, under the path of the template, where that cannot be done. */
export async function validateTemplate(path: string, template: string, interpolateStrings: boolean): Promise<unknown> {
    try {
        return await fillTemplate(template, SAMPLE, interpolateStrings);
    } catch (error) {
        const known = [...VARIABLES];
        for (const [, name = ''] of template.matchAll(VARIABLE)) {
            if (VARIABLES.has(name)) continue;
            const remedy = `It uses \`${name}\`.${didYouMean(name, known)}`;
            throw invalid(path, template, `a template with no variables but ${known.join(', ')}`, remedy);
        }
        const why = error instanceof Error ? error.message : String(error);
        throw invalid(path, template, 'JSON apart from its variables', `What is wrong with it: ${why}`);
    }
}

/** Checks what a template of headers comes to when it is filled with samples; throws `invalid-value`. */
export function checkHeaders(path: string, filled: unknown): void {
    for (const [name, value] of entriesOf(path, filled)) {
        // Null is what a variable comes to that has no value yet.
        checkHeader(path, name, value ?? '');
    }
}

/**
 * The headers of a request: those of the template, but for the ones that are always the engine's own. A value that is null is
 * left out; numbers and flags, which variables may come to, are written as text.
 *
 * @param filled - The template of headers with its variables replaced; undefined where there is none.
 * @throws EngineError `invalid-value` for what is no object of texts.
 */
export function createHeaders(filled: unknown, dispatchId: string): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'greenroom' };
    for (const [name, value] of filled === undefined ? [] : entriesOf('headersTemplate', filled)) {
        if (value === null || value === undefined || RESERVED.has(name.toLowerCase())) continue;
        const text = typeof value === 'object' ? value : String(value);
        checkHeader('headersTemplate', name, text);
        headers[name.toLowerCase()] = text;
    }
    return {
        ...headers,
        'content-type': 'application/json',
        'x-apify-webhook': 'true',
        'x-apify-webhook-dispatch-id': dispatchId,
        'x-apify-request-origin': 'WEBHOOK',
    };
}

function checkHeader(path: string, name: string, value: unknown): asserts value is string {
    if (!NAME.test(name)) throw invalid(path, name, 'an object whose names are names of headers');
    if (typeof value === 'string' && VALUE.test(value)) return;
    throw invalid(`${path}["${name}"]`, value, 'a text of characters that a header may have');
}

function entriesOf(path: string, filled: unknown): [string, unknown][] {
    if (isJsonObject(filled)) return Object.entries(filled);
    throw invalid(path, filled, 'an object of headers, as JSON');
}
