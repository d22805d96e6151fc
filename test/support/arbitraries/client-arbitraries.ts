import * as fc from 'fast-check';
import { CLIENT_METHODS, type ResourceName } from '../../../src/protocol/calls.js';
import { REQUEST_CONTENTS } from '../api/api-fixture.js';
import { mutationsOf, anyJson, anyText } from './edge-cases.js';

/** A chain of method calls of the client. */
export type GeneratedCall = GeneratedStep[];

interface GeneratedStep {
    method: string;
    /** Name of the fixture's parameter that is the first argument. */
    param: string | undefined;
    args: unknown[];
}

const WEBHOOK_FIELDS = {
    eventTypes: ['ACTOR.RUN.SUCCEEDED'],
    requestUrl: 'http://127.0.0.1:1/',
    payloadTemplate: '{"x": {{resource}}}',
    headersTemplate: '{"a":"{{eventType}}"}',
};

/** Parameters of a fixture, by method that returns a resource. */
const PARAMS: Readonly<Record<string, string>> = {
    actor: 'actorId',
    build: 'buildId',
    run: 'runId',
    dataset: 'datasetId',
    keyValueStore: 'storeId',
    requestQueue: 'queueId',
    task: 'actorTaskId',
    schedule: 'scheduleId',
    webhook: 'webhookId',
    webhookDispatch: 'dispatchId',
    log: 'runId',
    version: 'versionNumber',
    envVar: 'envVarName',
};

const RUN_OPTIONS = {
    memory: 128,
    timeout: 5,
    build: 'latest',
    maxItems: 1,
    maxTotalChargeUsd: 1,
    webhooks: [WEBHOOK_FIELDS],
};
const DATASET_SCHEMA = {
    fields: { type: 'object', properties: { n: { type: 'number' } } },
    views: { all: { transformation: { fields: ['n'] } } },
};
const STORE_SCHEMA = { collections: { a: { keyPrefix: 'r', contentTypes: ['application/json'] } } };
const ITEMS = {
    limit: 1,
    offset: 1,
    desc: true,
    clean: true,
    fields: ['n'],
    omit: ['text'],
    unwind: 'n',
    flatten: ['n'],
};
const RECORD = { key: 'record', value: { a: 1 }, contentType: 'application/json' };
const SCHEDULE = {
    name: 'other',
    actions: [{ type: 'RUN_ACTOR', actorId: 'actor', runInput: { body: '{}', contentType: 'application/json' } }],
    cronExpression: '*/5 * * * *',
    timezone: 'Europe/Prague',
};
const ACTOR = {
    name: 'other',
    defaultRunOptions: { build: 'latest', timeoutSecs: 10, memoryMbytes: 256 },
    isPublic: true,
    categories: ['AI'],
    versions: [REQUEST_CONTENTS['POST /actors/{actorId}/versions']!.body],
    pricingInfos: [
        {
            pricingModel: 'PAY_PER_EVENT',
            pricingPerEvent: { actorChargeEvents: { page: { eventTitle: 'Page', eventPriceUsd: 0.1 } } },
        },
    ],
};

/** Arguments of methods that {@link REQUEST_CONTENTS} does not cover, by resource and method or by method. */
const ARGUMENTS: Readonly<Record<string, unknown[]>> = {
    'actor.update': [ACTOR],
    'actors.create': [ACTOR],
    'actorVersions.create': [REQUEST_CONTENTS['POST /actors/{actorId}/versions']!.body],
    'actorVersion.update': [{ buildTag: 'beta', envVars: [{ name: 'A', value: 'b', isSecret: true }] }],
    'actorEnvVar.update': [{ name: 'NAME', value: 'x', isSecret: true }],
    'actorEnvVars.create': [{ name: 'OTHER', value: 'x', isSecret: true }],
    'run.update': [{ statusMessage: 'x', isStatusMessageTerminal: true, generalAccess: 'RESTRICTED' }],
    'run.metamorph': ['actor', { n: 1 }, { build: 'latest', contentType: 'application/json' }],
    'dataset.update': [{ name: 'renamed', title: 'x', generalAccess: 'RESTRICTED', schema: DATASET_SCHEMA }],
    'keyValueStore.update': [{ name: 'renamed', title: 'x', generalAccess: 'RESTRICTED', schema: STORE_SCHEMA }],
    'requestQueue.update': [{ name: 'renamed', title: 'x' }],
    'task.update': [{ name: 'renamed', input: { n: 1 }, options: { memoryMbytes: 128, build: 'latest' } }],
    'tasks.create': [{ actId: 'actor', name: 'another', input: { n: 1 }, options: { memoryMbytes: 128 } }],
    'schedule.update': [SCHEDULE],
    'schedules.create': [SCHEDULE],
    'webhook.update': [WEBHOOK_FIELDS],
    'webhooks.create': [{ ...WEBHOOK_FIELDS, condition: { actorId: 'actor' } }],
    'storages.getOrCreate': ['a-name', { schema: DATASET_SCHEMA }],
    'requestQueue.listRequests': [{ limit: 3, exclusiveStartId: 'a', filter: ['locked'] }],
    'requestQueue.listHead': [{ limit: 2 }],
    'requestQueue.listAndLockHead': [{ lockSecs: 10, limit: 2 }],
    addRequest: [
        { url: 'http://a/', uniqueKey: 'x', userData: { a: 1 }, headers: { a: 'b' }, payload: 'x', method: 'POST' },
        { forefront: true },
    ],
    batchAddRequests: [[{ url: 'http://a/' }, { url: 'http://b/', uniqueKey: 'x' }], { forefront: true }],
    batchDeleteRequests: [[{ uniqueKey: 'first' }, { id: 'x' }]],
    updateRequest: [
        { id: 'x', url: 'http://a/', uniqueKey: 'first', handledAt: '2030-01-01T00:00:00.000Z' },
        { forefront: true },
    ],
    prolongRequestLock: ['x', { lockSecs: 10, forefront: true }],
    getRequest: ['x'],
    deleteRequest: ['x'],
    deleteRequestLock: ['x', { forefront: true }],
    pushItems: [[{ n: 1 }, { n: 2 }]],
    listItems: [ITEMS],
    downloadItems: ['csv', { ...ITEMS, bom: true, delimiter: ';', xmlRoot: 'a' }],
    setRecord: [RECORD],
    getRecord: ['record', { buffer: true }],
    recordExists: ['record'],
    deleteRecord: ['record'],
    listKeys: [{ limit: 3, exclusiveStartKey: 'a', prefix: 'r' }],
    start: [{ n: 1 }, RUN_OPTIONS],
    call: [{ n: 1 }, { ...RUN_OPTIONS, waitSecs: 1 }],
    validateInput: [{ n: 1 }, { build: 'latest' }],
    build: ['0.1', { tag: 'x', useCache: true, waitForFinish: 1 }],
    abort: [{ gracefully: true }],
    resurrect: [{ memory: 128, timeout: 5, build: 'latest' }],
    charge: [{ eventName: 'page', count: 1, idempotencyKey: 'x' }],
    waitForFinish: [{ waitSecs: 1 }],
    updateInput: [{ n: 1 }],
    monthlyUsage: [{ date: '2026-01-01' }],
    updateLimits: [{ maxMonthlyUsageUsd: 300 }],
    encodeAndSign: [{ n: 1 }],
    decodeAndVerify: ['e30='],
    list: [{ limit: 1, offset: 1, desc: true }],
};

/** Values that only JavaScript can represent. */
const ODD: unknown[] = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    10n,
    Symbol('odd'),
    () => {},
    new Date(Number.NaN),
    new Date(0),
    new Map([[1, 2]]),
    new Uint8Array(3),
    Buffer.from('text'),
    Object.create(null),
    /x/,
    new Error('odd'),
    circular(),
    Object.defineProperty({}, 'name', { enumerable: true, get: () => 'got' }),
    new Proxy({}, {}),
    [undefined, () => {}],
];

/** Generates values close to a valid one. */
function generateNear(right: unknown): fc.Arbitrary<unknown> {
    return fc.oneof(
        { arbitrary: fc.constant(right), weight: 4 },
        { arbitrary: mutationsOf(right), weight: 6 },
        {
            arbitrary: fc.tuple(fc.nat(), fc.constantFrom(...ODD)).map(([place, odd]) => withOdd(right, place, odd)),
            weight: 3,
        },
        { arbitrary: odd, weight: 1 },
    );
}

const odd: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom(...ODD), anyText, anyJson);

/** Generates calls close to valid ones. */
export const generatedCall: fc.Arbitrary<GeneratedCall> = fc.nat(2).chain((depth) => callFrom('client', depth));

function callFrom(resource: ResourceName, depth: number): fc.Arbitrary<GeneratedCall> {
    const { resources, methods: ownMethods, lists } = CLIENT_METHODS[resource];
    const ways = Object.entries(resources);
    const methods = [...ownMethods, ...lists];
    if (methods.length === 0 || (depth > 0 && ways.length > 0)) {
        return fc
            .constantFrom(...ways)
            .chain(([method, next]) =>
                fc.tuple(stepOf(method), callFrom(next, depth - 1)).map(([step, rest]) => [step, ...rest]),
            );
    }
    return fc
        .constantFrom(...methods)
        .chain((method) => argumentsOf(resource, method).map((args) => [{ method, param: undefined, args }]));
}

function argumentsOf(resource: string, method: string): fc.Arbitrary<unknown[]> {
    const right = ARGUMENTS[`${resource}.${method}`] ?? ARGUMENTS[method] ?? [{}];
    const all = fc.tuple(...right.map((one) => generateNear(one)));
    return fc
        .tuple(all, fc.array(odd, { maxLength: 1 }), fc.nat(20))
        .map(([args, more, left]) => (left === 0 ? [] : left === 1 ? [...args, ...more] : args));
}

function stepOf(method: string): fc.Arbitrary<GeneratedStep> {
    const param = PARAMS[method];
    const right = fc.constant<GeneratedStep>({ method, param, args: [] });
    const wrong = fc
        .array(odd, { minLength: 1, maxLength: 2 })
        .map((args): GeneratedStep => ({ method, param: undefined, args }));
    return fc.oneof({ arbitrary: right, weight: 8 }, { arbitrary: wrong, weight: 1 });
}

function withOdd(value: unknown, place: number, odd: unknown): unknown {
    if (typeof value !== 'object' || value === null) return odd;
    const keys = Object.keys(value);
    const key = keys[place % Math.max(1, keys.length)] ?? 'x';
    return Array.isArray(value)
        ? value.map((one: unknown, index) => (String(index) === key ? odd : one))
        : { ...value, [key]: odd };
}

function circular(): object {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    return value;
}
