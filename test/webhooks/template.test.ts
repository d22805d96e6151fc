import { WebhookPayloadTemplate } from '@apify/utilities';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PAYLOAD_TEMPLATE, fillTemplate, validateTemplate } from '../../src/webhooks/template.js';
import type { TemplateVariables } from '../../src/webhooks/events.js';

const VARIABLES: TemplateVariables = {
    userId: 'user "one"',
    createdAt: '2024-05-01T00:00:00.000Z',
    eventType: 'ACTOR.RUN.SUCCEEDED',
    eventData: { actorId: 'a', actorRunId: 'r' },
    resource: { id: 'r', exitCode: 0, isOn: true, isOff: false, text: '', list: [1, 2], deep: { er: { n: 5 } } },
    globals: { dateISO: '2024-05-01T00:00:00.000Z', dateUnix: 1714521600 },
};

const TEMPLATES = [
    DEFAULT_PAYLOAD_TEMPLATE,
    '{"a":{{resource.deep.er.n}},"b":{{resource.deep.nothing.at.all}},"c":{{userId.length}}}',
    '{"a":"{{resource}}","b":"{{resource.deep.er.n}}","c":"n is {{resource.deep.er.n}}, {{resource.list}}"}',
    '{"a":"{{resource.nothing}}","b":"no {{resource.nothing}}","c":["{{eventData}}",{"d":"{{resource.isOff}}"}]}',
    '{"a":{{resource.exitCode}},"b":{{resource.isOff}},"c":{{resource.isOn}},"d":{{resource.text}}}',
    '{"{{userId}}":"a \\"{{userId}}\\" b","iso":{{globals.dateISO}},"unix":{{globals.dateUnix}}}',
    '"{{eventType}}"',
    '{{resource.list}}',
    '{"plain":[1,true,null,"text"]}',
    '{"x":"{{ userId }}","y":"{{not-a-name}}"}',
];

describe('a template', () => {
    for (const interpolate of [false, true]) {
        it.each(TEMPLATES)(
            `has the same result as on the platform, interpolate ${interpolate}: %s`,
            async (template) => {
                const options = { interpolateStrings: interpolate };
                const theirs = WebhookPayloadTemplate.parse(template, null, { ...VARIABLES }, options);

                expect(await fillTemplate(template, VARIABLES, interpolate)).toEqual(theirs);
            },
        );
    }

    it('keeps the type of a variable that is a whole string', async () => {
        const template = '{"a":"{{resource.deep}}","b":"{{resource.exitCode}}","c":"of {{resource.id}}"}';

        expect(await fillTemplate(template, VARIABLES, true)).toEqual({ a: { er: { n: 5 } }, b: 0, c: 'of r' });
    });

    it('interpolates strings only if the option is set', async () => {
        expect(await fillTemplate('{"a":"{{userId}}"}', VARIABLES, false)).toEqual({ a: '{{userId}}' });
    });

    it('has null for missing values', async () => {
        expect(await fillTemplate('[{{resource.nothing}},{{eventData.actorTaskId}}]', VARIABLES, false)).toEqual([
            null,
            null,
        ]);
    });

    it('has all variables except `globals` by default', async () => {
        const { globals: _, ...rest } = VARIABLES;

        expect(await fillTemplate(DEFAULT_PAYLOAD_TEMPLATE, VARIABLES, false)).toEqual(rest);
    });

    it('keeps text that is not a variable', async () => {
        expect(await validateTemplate('fields.payloadTemplate', '{"a":"{{__proto__}}"}', true)).toEqual({
            a: '{{__proto__}}',
        });
    });

    it.each<[string, boolean, RegExp]>([
        ['{"a":{{resorce.id}}}', false, /The variable `resorce` is unknown\. Did you mean `resource`\?/],
        ['{"a":{{process.env}}}', false, /The variable `process` is unknown/],
        ['{"a":"hello {{usr}}"}', true, /The variable `usr` is unknown/],
        ['{"a":{{userId}}', false, /must be valid JSON after its variables are replaced/],
        ['{"a":{{userId}', false, /must be/],
        ['{"a":', false, /must be valid JSON after its variables are replaced/],
        ['', false, /must be valid JSON/],
        ['{"a":{{resource.constructor}}}', false, /must be valid JSON/],
    ])('is rejected if it cannot be filled: %s', async (template, interpolate, message) => {
        const trial = validateTemplate('fields.payloadTemplate', template, interpolate);

        await expect(trial).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringMatching(message),
        });
    });
});
