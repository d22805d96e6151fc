import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMemoryExpression } from '../../src/actors/definition/memory-expression.js';
import { readPricings } from '../../src/actors/definition/pricing.js';
import { parseRecurrence } from '../../src/schedules/recurrence.js';
import { fillTemplate, validateTemplate } from '../../src/webhooks/template.js';
import { mutationsOf, anyText } from '../support/arbitraries/edge-cases.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { findUnexpectedError, refusal } from '../support/refusals.js';

/*
 * User-written fields. Any value is parsed, or rejected with a documented error.
 */

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
    { arbitrary: anyText, weight: 1 },
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
    anyText,
    fc.constant(undefined),
);

describe('a cron expression and a time zone', () => {
    it('yield increasing times, or are rejected', async () => {
        const time = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00.000Z') });
        const property = fc.asyncProperty(cronText, zone, time, async (expression, timezone, start) => {
            const wrong = await findUnexpectedError(async () => {
                const { next } = await parseRecurrence(expression, timezone);
                for (let turn = 0, after: number | undefined = start; turn < 4 && after !== undefined; turn++) {
                    const following = next(after);
                    if (following !== undefined) expect(following).toBeGreaterThan(after);
                    after = following;
                }
            });
            expect(wrong).toBeUndefined();
        });
        await checkProperty(property, 100);
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
const formula: fc.Arbitrary<string> = fc.letrec<{ term: string }>((tie) => ({
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
    it('evaluates to a power of two, or is rejected', async () => {
        const context = {
            input: { n: 10, list: ['a', 5], deep: { p: 5 }, text: 'x' },
            runOptions: { timeoutSecs: 60 },
        };
        const text = fc.oneof(
            formula,
            fc.array(token, { maxLength: 15 }).map((tokens) => tokens.join('')),
            anyText,
            fc.constantFrom('('.repeat(900), '-'.repeat(999), '!'.repeat(999), '1+'.repeat(499) + '1'),
        );
        const property = fc.asyncProperty(text, async (expression) => {
            const wrong = await findUnexpectedError(() => {
                const mbytes = parseMemoryExpression(expression)(context);
                expect(Math.log2(mbytes) % 1).toBe(0);
                expect(mbytes).toBeGreaterThanOrEqual(128);
                expect(mbytes).toBeLessThanOrEqual(32_768);
            });
            expect(wrong).toBeUndefined();
        });
        await checkProperty(property, 200);
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
    it('renders with any event if it passed validation, or is rejected', async () => {
        const object = fc
            .array(fc.tuple(anyText, templatePart), { maxLength: 3 })
            .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
        const template = fc.oneof(
            object,
            fc.array(templatePart, { maxLength: 12 }).map((parts) => parts.join('')),
            anyText,
        );
        const property = fc.asyncProperty(template, fc.boolean(), async (text, interpolates) => {
            const error = await refusal(() => validateTemplate('template', text, interpolates));

            if (error === undefined) await fillTemplate(text, VARIABLES, interpolates);
            else expect(error).toMatchObject({ name: 'EngineError', code: 'invalid-value' });
        });
        await checkProperty(property, 100);
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
    it('is parsed, or rejected', async () => {
        const property = fc.asyncProperty(mutationsOf(PRICINGS), async (value) => {
            const error = await refusal(() => readPricings('pricingInfos', value, new Date(0)));

            if (error !== undefined) expect(error).toMatchObject({ name: 'EngineError' });
        });
        await checkProperty(property, 80);
    });
});
