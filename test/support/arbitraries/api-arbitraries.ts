import * as fc from 'fast-check';
import { OPERATIONS } from '../api/api-operations.js';
import { findRequestContent } from '../api/api-fixture.js';
import { mutationsOf, anyJson, anyText } from './edge-cases.js';

/** A generated request, close to a valid one. */
export interface GeneratedRequest {
    /** Operation of {@link OPERATIONS}. */
    operation: string;
    /** Replaced parameters of the path. */
    params: Record<string, string>;
    /** Encoded query. */
    query: string;
    headers: [string, string][];
    body: Buffer | undefined;
}

/** All query parameters of routes, and some unknown ones. */
const QUERY_NAMES =
    'offset limit desc clean fields outputFields omit unwind flatten skipEmpty skipHidden skipFailedPages simplified view signature ' +
    'attachment bom delimiter skipHeaderRow xmlRoot xmlRow feedTitle feedDescription format allowsAgenticUsers betaPackages ' +
    'download forefront gracefully includeUnrunnableActors my raw rawHeaders restartOnError skipHeaders stream unnamed useCache ' +
    'filter status lockSecs maxItems maxTotalChargeUsd memory timeout waitForFinish targetActorId version build category clientKey ' +
    'collection cursor date exclusiveStartId exclusiveStartKey forcePermissionLevel name origin outputRecordKey ownership ' +
    'pricingModel prefix responseFormat search sortBy startedAfter startedBefore tag username webhooks method token __proto__ x';

const GOOD_VALUES =
    'a b n 1 0 true 2 10 60 128 json jsonl csv xlsx xml rss html text latest 0.1 me last actor READY RUNNING SUCCEEDED ASC createdAt'.split(
        ' ',
    );

const HEADERS = [
    'content-type',
    'content-encoding',
    'accept-encoding',
    'x-apify-integration-platform',
    'idempotency-key',
    'x-forwarded-host',
    'range',
    'if-none-match',
];
const HEADER_VALUES = [
    'application/json',
    'application/json; charset=utf-16',
    'text/plain',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'image/png',
    '',
    ';',
    'x',
    'text/plain; charset=nonsense',
    'application/json; charset="',
    'gzip',
    'br',
    'deflate',
    'identity',
    'gzip, gzip',
    'gzip,',
    'zstd',
    '*',
    '__proto__',
    '-1',
    'a'.repeat(2000),
];

const queryPair: fc.Arbitrary<string> = fc
    .tuple(
        fc.oneof(
            { arbitrary: fc.constantFrom(...QUERY_NAMES.split(' ')), weight: 9 },
            { arbitrary: anyText, weight: 1 },
        ),
        fc.oneof(
            fc.constantFrom(...GOOD_VALUES),
            anyText,
            anyText.map((text) => Buffer.from(text).toString('base64')),
        ),
        fc.boolean(),
    )
    .map(([name, value, isRaw]) => `${urlText(name)}=${isRaw ? rawText(value) : urlText(value)}`);

const header: fc.Arbitrary<[string, string]> = fc.tuple(fc.constantFrom(...HEADERS), fc.constantFrom(...HEADER_VALUES));

/** Generates sequences of requests for related resources, so that one finds the results of another. */
export function generatedRequests(count: number): fc.Arbitrary<GeneratedRequest[]> {
    const groups = [...new Set(OPERATIONS.map(({ group }) => group))];
    return fc.constantFrom(...groups).chain((wanted) => {
        const operations = OPERATIONS.filter(({ group }) => group === wanted).map(
            ({ method, path }) => `${method} ${path}`,
        );
        return fc.array(fc.constantFrom(...operations).chain(generateRequest), { minLength: 1, maxLength: count });
    });
}

function generateRequest(operation: string): fc.Arbitrary<GeneratedRequest> {
    const { query = {}, body, headers = {} } = findRequestContent(operation);
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    const names = [...operation.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    return fc.record({
        operation: fc.constant(operation),
        params:
            names.length === 0
                ? fc.constant({})
                : fc.oneof(
                      { arbitrary: fc.constant({}), weight: 4 },
                      {
                          arbitrary: fc
                              .tuple(fc.constantFrom(...names), anyText)
                              .map(([name, text]) => ({ [name]: wellFormed(text) })),
                          weight: 1,
                      },
                  ),
        query: fc
            .tuple(
                fc.subarray(parameters, { minLength: Math.max(0, parameters.length - 1) }),
                fc.array(queryPair, { maxLength: 3 }),
            )
            .map((pairs) => pairs.flat().join('&')),
        headers: fc.array(header, { maxLength: 1 }).map((more) => [...Object.entries(headers), ...more]),
        body: /^(GET|DELETE)/.test(operation) && body === undefined ? fc.constant(undefined) : generateBody(body),
    });
}

function generateBody(body: unknown): fc.Arbitrary<Buffer | undefined> {
    const text = fc
        .oneof({ arbitrary: mutationsOf(body ?? {}), weight: 6 }, { arbitrary: anyJson, weight: 2 })
        .map((value) => JSON.stringify(value) ?? '');
    return fc.oneof(
        { arbitrary: text.map((json) => Buffer.from(json)), weight: 8 },
        {
            arbitrary: fc
                .tuple(fc.constant(body), fc.constantFrom(10_000, 300_000))
                .chain(([from, depth]) => deepText(from, depth)),
            weight: 1,
        },
        { arbitrary: fc.tuple(text, fc.nat(50)).map(([json, cut]) => Buffer.from(json.slice(0, cut))), weight: 1 },
        { arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
        {
            arbitrary: fc
                .constantFrom('1e400', '\ufeff{}', '{"a":1,"a":2}', '{"__proto__":1}', '[1,]', '')
                .map((odd) => Buffer.from(odd)),
            weight: 1,
        },
        { arbitrary: fc.constant(undefined), weight: 1 },
    );
}

/** Generates JSON that is too deep for recursive functions. */
function deepText(value: unknown, depth: number): fc.Arbitrary<Buffer> {
    const deep = fc.constantFrom(
        '['.repeat(depth) + ']'.repeat(depth),
        '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
    );
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : ['a'];
    return fc
        .tuple(deep, fc.constantFrom(undefined, ...keys))
        .map(([inner, key]) =>
            Buffer.from(
                key === undefined
                    ? inner
                    : JSON.stringify({ ...(value as object), [key]: 'DEEP' }).replace('"DEEP"', inner),
            ),
        );
}

/** Encodes text as a client does, even with lone surrogates. */
function urlText(text: string): string {
    return encodeURIComponent(wellFormed(text));
}

/** Replaces lone surrogates, which URLs cannot contain. */
function wellFormed(text: string): string {
    return Buffer.from(text).toString();
}

/** Leaves text unencoded, as an attacker might. Characters that end a query are removed. */
function rawText(text: string): string {
    return text.replaceAll(/[#\s\0-\x1f&]/g, '');
}
