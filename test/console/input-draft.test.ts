import { describe, expect, it } from 'vitest';
import { asForm, asJson, createDraft, readDraft } from '../../src/console/form/schema.js';
import { prefilledInput, sectionsOf, withProperty } from '../../src/console/form/schema.js';

describe('a draft of an input', () => {
    it('is the same by form and as JSON', () => {
        const input = { known: 1, unknown: { deep: [null, 'text'] } };

        const there = asJson(createDraft(input, true));

        expect(there.mode).toBe('json');
        expect(asForm(there)).toEqual({ mode: 'form', value: input });
    });

    it('is JSON without a form, or if the input is not an object', () => {
        expect(createDraft({ a: 1 }, false).mode).toBe('json');
        expect(createDraft(['a'], true).mode).toBe('json');
        expect(asForm(createDraft(['a'], true))).toContain('JSON object');
    });

    it('without a text means no input', () => {
        expect(readDraft(createDraft(undefined, false))).toEqual({ ok: true, value: undefined });
        expect(asForm({ mode: 'json', text: '  ' })).toEqual({ mode: 'form', value: {} });
    });

    it('with invalid JSON has a position', () => {
        const draft = { mode: 'json', text: '{\n  "a": 1,\n}' } as const;

        expect(readDraft(draft)).toMatchObject({ ok: false, line: 3 });
        expect(asForm(draft)).toContain('Line 3, column 1');
    });
});

describe('an input schema', () => {
    const field = { type: 'string', editor: 'textfield' };

    it('gives a new input its prefills, and no defaults', () => {
        const properties = {
            a: { ...field, prefill: 'x', default: 'y' },
            b: { ...field, default: 'z' },
            c: { ...field, editor: 'hidden', prefill: 'h' },
        };

        expect(prefilledInput({ properties })).toEqual({ a: 'x', c: 'h' });
    });

    it('has its fields in sections, without the hidden ones', () => {
        const properties = {
            a: field,
            b: { ...field, sectionCaption: 'More', sectionDescription: 'Of it' },
            c: { ...field, editor: 'hidden' },
            d: field,
        };

        const sections = sectionsOf({ properties, required: ['d'] });

        expect(sections.map(({ caption, fields }) => [caption, fields.map(({ name }) => name)])).toEqual([
            [undefined, ['a']],
            ['More', ['b', 'd']],
        ]);
        expect(sections[1]!.fields.map(({ isRequired }) => isRequired)).toEqual([false, true]);
    });

    it('removes a property instead of setting it to undefined', () => {
        expect(withProperty({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
        expect(Object.keys(withProperty({ a: 1, b: 2 }, 'a', 3))).toEqual(['a', 'b']);
    });
});
