import fc, { type Arbitrary } from 'fast-check';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { openInputSchema } from '../../src/registry/input-schema.js';
import { readMemoryExpression } from '../../src/registry/memory-expression.js';
import { readPricings } from '../../src/registry/read-pricing.js';
import { readRecurrence } from '../../src/scheduler/recurrence.js';
import { fillTemplate, trialOf } from '../../src/webhooks/template.js';
import { nearly, oddJson, oddText } from '../support/odd-values.js';
import { holds } from '../support/property.js';

/*
 * What people write into files and fields. Whatever it is, it is read, or refused by an error that somebody has thought of.
 */

/** Errors that JavaScript throws when code has not thought of something. */
const UNTHOUGHT_OF = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError']);

async function refusal(work: () => unknown): Promise<Error | undefined> {
    try {
        await work();
        return undefined;
    } catch (error) {
        return error as Error;
    }
}

async function expectThoughtOf(work: () => unknown): Promise<void> {
    const error = await refusal(work);
    if (error === undefined) return;
    expect(UNTHOUGHT_OF.has(error.name), error.stack).toBe(false);
    expect(error.message).not.toBe('');
}

const part = fc.oneof(
    fc.constantFrom(
        '*',
        '?',
        '0',
        '5',
        '59',
        '60',
        '99',
        'MON',
        'sun',
        'JAN',
        'L',
        'W',
        '15W',
        'LW',
        '5L',
        'MON#2',
        '#',
        '-',
        '7',
        '31',
        '2',
    ),
    fc.nat(70).map(String),
);
const cronField = fc.oneof(
    part,
    fc.tuple(part, part).map(([from, to]) => `${from}-${to}`),
    fc.tuple(part, part).map(([from, step]) => `${from}/${step}`),
    fc.array(part, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
);
const cronText = fc.oneof(
    { arbitrary: fc.array(cronField, { minLength: 5, maxLength: 5 }).map((fields) => fields.join(' ')), weight: 6 },
    { arbitrary: fc.array(cronField, { minLength: 0, maxLength: 8 }).map((fields) => fields.join('  ')), weight: 2 },
    {
        arbitrary: fc.constantFrom(
            '@hourly',
            '@daily',
            '@yearly',
            '@reboot',
            '@every 5m',
            'H H * * *',
            'H/5 * * * *',
            '0 0 31 2 *',
            '0 0 29 2 MON',
        ),
        weight: 1,
    },
    { arbitrary: oddText, weight: 1 },
);
const zone = fc.oneof(
    fc.constantFrom(
        'UTC',
        'Europe/Prague',
        'America/St_Johns',
        'Australia/Lord_Howe',
        'Antarctica/Troll',
        'Pacific/Apia',
        '+05:30',
        'nowhere',
    ),
    oddText,
    fc.constant(undefined),
);

describe('a cron expression and a time zone', () => {
    it('say when, later and later, or are refused', async () => {
        const time = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00.000Z') });
        const property = fc.asyncProperty(cronText, zone, time, async (expression, timezone, start) => {
            await expectThoughtOf(async () => {
                const { next } = await readRecurrence(expression, timezone);
                for (let turn = 0, after: number | undefined = start; turn < 4 && after !== undefined; turn++) {
                    const following = next(after);
                    if (following !== undefined) expect(following).toBeGreaterThan(after);
                    after = following;
                }
            });
        });
        await holds(property, 100);
    });
});

const token = fc.constantFrom(
    'input',
    '.',
    'n',
    'runOptions',
    'memoryMbytes',
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    '(',
    ')',
    '?',
    ':',
    '??',
    '==',
    '<=',
    '&&',
    '||',
    '!',
    'not',
    'and',
    '=',
    ';',
    '\n',
    ',',
    '"x"',
    "'",
    '5',
    '1e9',
    '.5',
    '0x10',
    '[',
    ']',
    '{{input.n}}',
    '{{',
    '}}',
    'max',
    'min',
    'get',
    'compareText',
    'abs',
    'constructor',
    '__proto__',
    'true',
    'null',
    'undefined',
    ' ',
);
const formula: Arbitrary<string> = fc.letrec<{ term: string }>((tie) => ({
    term: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(
            '5',
            'input.n',
            'input.list',
            'runOptions.timeoutSecs',
            '"x"',
            'true',
            'null',
            'input.deep.p',
            '{{input.n}}',
        ),
        fc
            .tuple(tie('term'), fc.constantFrom('+', '*', '/', '-', '??', '==', '<', '^', '%', '&&', 'or'), tie('term'))
            .map((words) => words.join(' ')),
        fc.tuple(tie('term'), tie('term'), tie('term')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
        fc
            .tuple(
                fc.constantFrom('max', 'min', 'get', 'compareText', 'abs', 'round', 'toString'),
                fc.array(tie('term'), { maxLength: 3 }),
            )
            .map(([name, args]) => `${name}(${args.join(',')})`),
    ),
})).term;

describe('a memory expression', () => {
    it('comes to a power of two, or is refused', async () => {
        const context = {
            input: { n: 10, list: ['a', 5], deep: { p: 5 }, text: 'x' },
            runOptions: { timeoutSecs: 60 },
        };
        const text = fc.oneof(
            formula,
            fc.array(token, { maxLength: 15 }).map((tokens) => tokens.join('')),
            oddText,
            fc.constantFrom('('.repeat(900), '-'.repeat(999), '!'.repeat(999), '1+'.repeat(499) + '1'),
        );
        const property = fc.asyncProperty(text, async (expression) => {
            await expectThoughtOf(() => {
                const mbytes = readMemoryExpression(expression)(context);
                expect(Math.log2(mbytes) % 1).toBe(0);
                expect(mbytes).toBeGreaterThanOrEqual(128);
                expect(mbytes).toBeLessThanOrEqual(32_768);
            });
        });
        await holds(property, 200);
    });
});

const VARIABLES = {
    userId: 'user',
    createdAt: 'now',
    eventType: 'TEST',
    eventData: { a: 1 },
    resource: { id: 'x', deep: [1] },
    globals: { dateISO: 'x', dateUnix: '1' },
};
const templatePart = fc.constantFrom(
    '{',
    '}',
    '"',
    ':',
    ',',
    '{{',
    '}}',
    '{{resource}}',
    '{{userId}}',
    '"{{eventType}}"',
    '{{resource.id}}',
    '{{globals.dateISO}}',
    '{{x}}',
    '{{ }}',
    '{{__proto__}}',
    '{{resource.constructor}}',
    '1',
    'null',
    '"a"',
    '\\',
    '\n',
    '[',
    ']',
    '\ud800',
);

describe('a template of a webhook', () => {
    it('is tried out before it is kept: what is filled then comes out of it later, or it is refused', async () => {
        const object = fc
            .array(fc.tuple(oddText, templatePart), { maxLength: 3 })
            .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
        const template = fc.oneof(
            object,
            fc.array(templatePart, { maxLength: 12 }).map((parts) => parts.join('')),
            oddText,
        );
        const property = fc.asyncProperty(template, fc.boolean(), async (text, interpolates) => {
            const error = await refusal(() => trialOf('template', text, interpolates));

            if (error === undefined) await fillTemplate(text, VARIABLES as never, interpolates);
            else expect(error).toMatchObject({ name: 'EngineError', code: 'invalid-value' });
        });
        await holds(property, 100);
    });
});

const PRICINGS = [
    { pricingModel: 'FREE' },
    { pricingModel: 'FLAT_PRICE_PER_MONTH', pricePerUnitUsd: 5, trialMinutes: 60 },
    {
        pricingModel: 'PRICE_PER_DATASET_ITEM',
        unitName: 'result',
        pricePerUnitUsd: 0.1,
        tieredPricing: { FREE: { tieredPricePerUnitUsd: 1 } },
    },
    {
        pricingModel: 'PAY_PER_EVENT',
        startedAt: '2030-01-01T00:00:00.000Z',
        minimalMaxTotalChargeUsd: 1,
        pricingPerEvent: {
            actorChargeEvents: {
                page: { eventTitle: 'Page', eventDescription: 'x', eventPriceUsd: 0.1, isPrimaryEvent: true },
                other: { eventTitle: 'O', eventTieredPricingUsd: { FREE: { tieredEventPriceUsd: 1 } } },
            },
        },
    },
];

describe('a pricing', () => {
    it('is read, or refused', async () => {
        const property = fc.asyncProperty(nearly(PRICINGS), async (value) => {
            const error = await refusal(() => readPricings('pricingInfos', value, new Date(0)));

            if (error !== undefined) expect(error).toMatchObject({ name: 'EngineError' });
        });
        await holds(property, 80);
    });
});

const INPUT_SCHEMA = {
    title: 'Input',
    type: 'object',
    schemaVersion: 1,
    properties: {
        url: {
            title: 'URL',
            type: 'string',
            description: 'x',
            editor: 'textfield',
            pattern: '^https?://',
            default: 'http://a',
            minLength: 1,
        },
        count: {
            title: 'Count',
            type: 'integer',
            description: 'x',
            minimum: 1,
            maximum: 10,
            default: 5,
            unit: 'pages',
        },
        pages: {
            title: 'Pages',
            type: 'array',
            description: 'x',
            editor: 'requestListSources',
            prefill: [{ url: 'http://a' }],
        },
        secret: { title: 'Secret', type: 'string', description: 'x', editor: 'textfield', isSecret: true },
        deep: {
            title: 'Deep',
            type: 'object',
            description: 'x',
            editor: 'json',
            patternKey: '^a+$',
            patternValue: '^b+$',
        },
        kind: {
            title: 'Kind',
            type: 'string',
            description: 'x',
            editor: 'select',
            enum: ['a', 'b'],
            enumTitles: ['A', 'B'],
        },
    },
    required: ['url'],
};
const INPUT = { url: 'http://b', count: 3, pages: [{ url: 'http://c' }], secret: 'x', deep: { aa: 'bb' }, kind: 'a' };

describe('an input schema', () => {
    it('is refused, or looks at any input', async () => {
        const property = fc.asyncProperty(nearly(INPUT_SCHEMA), nearly(INPUT), async (schema, input) => {
            if (!isObject(schema) || !isObject(input)) return;
            await expectThoughtOf(async () => (await openInputSchema(schema)).complete(structuredClone(input)));
        });
        await holds(property, 30);
    });
});

const ACTOR_JSON = {
    actorSpecification: 1,
    name: 'an-actor',
    title: 'Title',
    version: '0.1',
    buildTag: 'latest',
    defaultMemoryMbytes: 'input.n * 128',
    minMemoryMbytes: 128,
    maxMemoryMbytes: 1024,
    environmentVariables: { A: 'b', C: '@secret' },
    dockerfile: './Dockerfile',
    input: INPUT_SCHEMA,
    output: {
        actorOutputSchemaVersion: 1,
        title: 'Output',
        properties: { all: { type: 'string', title: 'All', template: '{{links.apiDefaultDatasetUrl}}' } },
    },
    storages: {
        dataset: {
            actorSpecification: 1,
            fields: { type: 'object' },
            views: { all: { title: 'All', transformation: { fields: ['a'] }, display: { component: 'table' } } },
        },
    },
    usesStandbyMode: false,
};
const PACKAGE = {
    name: 'an-actor',
    type: 'module',
    main: 'main.js',
    scripts: { start: 'node main.js' },
    dependencies: { apify: '^3.0.0' },
};

describe('the files of an Actor', () => {
    it('make one, or say which of them is wrong', async () => {
        const json = (value: unknown): Arbitrary<string> =>
            fc.oneof(
                { arbitrary: nearly(value).map((one) => JSON.stringify(one) ?? ''), weight: 8 },
                { arbitrary: oddText, weight: 1 },
                { arbitrary: oddJson.map((one) => JSON.stringify(one)), weight: 1 },
            );
        const dockerfile = fc.oneof(
            fc.constantFrom(
                'FROM x\nCMD ["node", "main.js"]',
                'CMD npm start',
                'CMD ["node"',
                'ENTRYPOINT x',
                'CMD []',
                'CMD node --x ../../main.js',
            ),
            oddText,
        );
        await using engine = await createEngine();
        const property = fc.asyncProperty(
            json(ACTOR_JSON),
            json(PACKAGE),
            dockerfile,
            async (actorJson, packageJson, docker) => {
                const sourceFiles = Object.entries({
                    '.actor/actor.json': actorJson,
                    'package.json': packageJson,
                    Dockerfile: docker,
                    'main.js': '',
                }).map(([name, content]) => ({ name, content, format: 'TEXT' as const }));
                const error = await refusal(() => engine.addActor({ name: 'under-test', sourceFiles }));

                if (error !== undefined) {
                    expect(error).toMatchObject({
                        name: 'EngineError',
                        code: expect.not.stringMatching('internal-error'),
                    });
                    return;
                }
                const actor = engine.client.actor('under-test');
                const problem = await refusal(() => actor.validateInput({ n: 1 }));
                if (problem !== undefined) expect(problem).toMatchObject({ code: 'invalid-input' });
                await (await actor.defaultBuild()).getOpenApiDefinition();
            },
        );
        await holds(property, 20);
    });
});

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
