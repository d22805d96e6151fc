import type { InputObject } from './schema.js';
import { parseJson, type ParsedJson } from '../ui/parse-json.js';

/** An input that is being written: by the form, which changes its properties, or as JSON, to the letter. */
export type InputDraft =
    | { readonly mode: 'form'; readonly value: InputObject }
    | { readonly mode: 'json'; readonly text: string };

/** A draft that begins with an input. One that is no object can only be written as JSON. */
export function draftOf(input: unknown, hasForm: boolean): InputDraft {
    if (hasForm && isInputObject(input)) return { mode: 'form', value: input };
    return { mode: 'json', text: textOf(input) };
}

/** The input that a draft stands for, or where it is no JSON. No text at all is no input. */
export function readDraft(draft: InputDraft): ParsedJson {
    if (draft.mode === 'form') return { ok: true, value: draft.value };
    return draft.text.trim() === '' ? { ok: true, value: undefined } : parseJson(draft.text);
}

/** The same input as JSON. */
export function asJson(draft: InputDraft): InputDraft {
    return draft.mode === 'json' ? draft : { mode: 'json', text: textOf(draft.value) };
}

/** The same input for the form; or why it cannot be shown there. */
export function asForm(draft: InputDraft): InputDraft | string {
    const input = readDraft(draft);
    if (!input.ok)
        return `Line ${input.line}, column ${input.column}: ${input.message}. Correct it, then go to the form.`;
    if (input.value === undefined) return { mode: 'form', value: {} };
    if (isInputObject(input.value)) return { mode: 'form', value: input.value };
    return 'The form can only show a JSON object, as the input schema of the Actor has it.';
}

export function isInputObject(value: unknown): value is InputObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
    return value === undefined ? '' : JSON.stringify(value, null, 4);
}
