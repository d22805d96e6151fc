import { checkRecordKey } from './names.js';
import { validateRequest } from './request-queue/validate-request.js';
import { serializeItems } from './dataset/item-json.js';
import { checkJsonDepth } from '../util/json/json.js';
import { checkTotalSize } from './size-limit.js';
import { checkOptions, invalid } from '../util/check.js';
import { computeUniqueKey } from '../util/unique-key.js';
import { encodeRecord, type TypedBytes } from './key-value-store/record-values.js';
import type { RunSeed, SeedRequest } from '../model/transfer.js';
import type { NewQueueRequest } from '../model/api/storage.js';
import type { Dataset } from './dataset/dataset.js';
import type { KeyValueStore } from './key-value-store/key-value-store.js';
import type { RequestQueue } from './request-queue/request-queue.js';

/** A validated copy of a seed. */
export interface ValidSeed {
    /** JSON texts. */
    readonly items: readonly string[];
    readonly records: readonly ({ key: string } & TypedBytes)[];
    readonly requests: readonly NewQueueRequest[];
}

/** The storages that a seed is written to. Those without seed data may be omitted. */
export interface SeedTargets {
    readonly dataset?: Dataset;
    readonly keyValueStore?: KeyValueStore;
    readonly requestQueue?: RequestQueue;
}

const MAX_BATCH = 25;
const MAX_PUSH_CODE_UNITS = 1024 * 1024;

/**
 * Validates and copies a seed.
 *
 * @param pathOf - Returns the name of a field in error messages. Default: the field in `path`.
 * @throws EngineError `unknown-option`, `invalid-value`, `invalid-record-key`, `invalid-request` or `request-too-large`.
 */
export async function validateSeed(
    path: string,
    seed: RunSeed,
    pathOf = (field: keyof RunSeed): string => `${path}.${field}`,
): Promise<ValidSeed> {
    checkOptions(path, seed, ['items', 'records', 'requests']);
    const { items = [], records = {}, requests = [] } = seed;
    return {
        items: validateItems(pathOf('items'), items),
        records: await validateRecords(pathOf('records'), records),
        requests: validateRequests(pathOf('requests'), requests),
    };
}

/** Throws `schema-validation-error` if the seed does not match the schemas of the storages. Writes nothing. */
export function checkTargets({ items, records }: ValidSeed, { dataset, keyValueStore }: SeedTargets): void {
    dataset?.assertMatchesSchema(items);
    for (const record of records) keyValueStore?.assertMatchesSchema(record);
}

/** Writes a seed to storages. No user is charged for it. */
export async function applySeed(seed: ValidSeed, { dataset, keyValueStore, requestQueue }: SeedTargets): Promise<void> {
    for (const texts of groupIntoPushes(seed.items)) dataset?.pushTrusted(texts);
    for (const { key, bytes, contentType } of seed.records) await keyValueStore?.set(key, bytes, contentType);
    for (let from = 0; from < seed.requests.length; from += MAX_BATCH) {
        await requestQueue?.addBatch(seed.requests.slice(from, from + MAX_BATCH));
    }
}

function validateItems(path: string, items: unknown): string[] {
    if (!Array.isArray(items)) throw invalid(path, items, 'an array of items');
    return items.map((item: unknown, index) => {
        const at = `${path}[${index}]`;
        if (typeof item !== 'object' || item === null || Array.isArray(item)) throw invalid(at, item, 'an object');
        const [text = ''] = serializeItems(item as Record<string, unknown>);
        checkTotalSize(`\`${at}\``, [text]);
        checkJsonDepth(at, text);
        return text;
    });
}

async function validateRecords(path: string, records: unknown): Promise<ValidSeed['records']> {
    if (typeof records !== 'object' || records === null || Array.isArray(records)) {
        throw invalid(path, records, 'an object of values by key');
    }
    const entries = Object.entries(records) as [string, unknown][];
    for (const [key] of entries) checkRecordKey(key);
    return Promise.all(entries.map(async ([key, value]) => ({ key, ...(await encodeRecord(value)) })));
}

function validateRequests(path: string, requests: unknown): NewQueueRequest[] {
    if (!Array.isArray(requests)) throw invalid(path, requests, 'an array of URLs and requests');
    return requests.map((seedRequest: SeedRequest, index) => {
        const request = toRequest(seedRequest);
        const { text } = validateRequest(`${path}[${index}]`, request);
        return JSON.parse(text) as NewQueueRequest;
    });
}

function toRequest(seedRequest: SeedRequest): unknown {
    const request: unknown = typeof seedRequest === 'string' ? { url: seedRequest } : seedRequest;
    // The caller validates the result and reports the problem.
    if (typeof request !== 'object' || request === null || Array.isArray(request)) return request;
    const { label, ...fields } = request as Record<string, unknown> & { url: string };
    const { url, uniqueKey } = fields;
    const hasKey = typeof url !== 'string' || uniqueKey !== undefined;
    return {
        ...fields,
        ...(!hasKey && { uniqueKey: computeUniqueKey(fields) || url }),
        ...(label !== undefined && { userData: { ...(fields['userData'] as object | undefined), label } }),
    };
}

/** Yields the items in pushes of limited size. */
function* groupIntoPushes(texts: readonly string[]): Generator<string[]> {
    let push: string[] = [];
    let codeUnits = 0;
    for (const text of texts) {
        if (codeUnits + text.length > MAX_PUSH_CODE_UNITS && push.length > 0) {
            yield push;
            push = [];
            codeUnits = 0;
        }
        push.push(text);
        codeUnits += text.length;
    }
    if (push.length > 0) yield push;
}
