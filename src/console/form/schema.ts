import { type ParsedJson, parseJson, prettyJson } from '../components/parse-json.js';

/** The input schema of an Actor, as far as its form needs it. The engine has checked it. */
export interface InputSchema {
    readonly title?: string;
    readonly description?: string;
    readonly properties: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
}

export interface FieldSchema {
    readonly type: string | readonly string[];
    readonly title?: string;
    readonly description?: string;
    readonly editor?: string;
    readonly default?: unknown;
    readonly prefill?: unknown;
    readonly example?: unknown;
    readonly nullable?: boolean;
    readonly isSecret?: boolean;
    readonly sectionCaption?: string;
    readonly sectionDescription?: string;
    readonly groupCaption?: string;
    readonly groupDescription?: string;
    readonly enum?: readonly string[];
    readonly enumTitles?: readonly string[];
    readonly enumSuggestedValues?: readonly string[];
    readonly dateType?: 'absolute' | 'relative' | 'absoluteOrRelative';
    readonly minimum?: number;
    readonly maximum?: number;
    readonly maxItems?: number;
    readonly unit?: string;
    readonly placeholder?: string | undefined;
    /** Rows that a text of several lines has at least. */
    readonly rows?: number;
    readonly placeholderKey?: string;
    readonly placeholderValue?: string;
    readonly resourceType?: string;
    readonly items?: FieldSchema;
    readonly properties?: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
}

/** The properties of one JSON object. */
export type InputObject = Readonly<Record<string, unknown>>;

export interface NamedField {
    readonly name: string;
    readonly schema: FieldSchema;
    readonly isRequired: boolean;
}

/** Fields that stand under one heading; those before the first heading have none. */
export interface FieldSection {
    readonly caption: string | undefined;
    readonly description: string | undefined;
    readonly fields: readonly NamedField[];
}

/** Returns the fields that are shown, by sections: a caption begins one, which extends to the next. */
export function sectionsOf({
    properties,
    required = [],
}: Pick<InputSchema, 'properties' | 'required'>): FieldSection[] {
    const sections: (FieldSection & { fields: NamedField[] })[] = [];
    for (const [name, schema] of Object.entries(properties)) {
        if (schema.editor === 'hidden') continue;
        const { sectionCaption, sectionDescription } = schema;
        if (sections.length === 0 || sectionCaption !== undefined) {
            sections.push({ caption: sectionCaption, description: sectionDescription, fields: [] });
        }
        sections.at(-1)!.fields.push({ name, schema, isRequired: required.includes(name) });
    }
    return sections;
}

/**
 * Returns what a new input begins with: the prefills. Defaults are left to the engine, so that they may change with the Actor.
 */
export function prefilledInput({ properties }: Pick<InputSchema, 'properties'>): InputObject {
    const prefilled = Object.entries(properties).filter(([, { prefill }]) => prefill !== undefined);
    return Object.fromEntries(prefilled.map(([name, { prefill }]) => [name, prefill]));
}

/** Returns the input with another value of one property; undefined removes it. All others stay, known or not. */
export function withProperty(input: InputObject, name: string, value: unknown): InputObject {
    if (value !== undefined) return { ...input, [name]: value };
    const { [name]: _, ...rest } = input;
    return rest;
}

const EMPTY: Record<string, unknown> = { array: [], integer: 0, number: 0, boolean: false };

/** Returns what a list gets as another entry: JSON has no entry without a value. */
export function newEntry({ type, prefill, properties = {} }: FieldSchema): unknown {
    if (prefill !== undefined) return prefill;
    return type === 'object' ? prefilledInput({ properties }) : (EMPTY[String(type)] ?? '');
}

const MOST_CHARS = 300;

/** Returns the text of an empty field: the default, or an example. */
export function placeholderOf({ default: fallback, example, placeholder }: FieldSchema): string | undefined {
    if (placeholder !== undefined) return placeholder;
    if (fallback !== undefined && fallback !== null && fallback !== '') return shortText(fallback);
    return example === undefined ? undefined : `For example: ${shortText(example)}`;
}

export function shortText(value: unknown): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}

/** An input that is being edited: by the form, which changes its properties, or as the text of its JSON. */
export type InputDraft =
    | { readonly mode: 'form'; readonly value: InputObject }
    | { readonly mode: 'json'; readonly text: string };

/** Returns a draft of an input. One that is not an object can only be edited as JSON. */
export function draftOf(input: unknown, hasForm: boolean): InputDraft {
    if (hasForm && isInputObject(input)) return { mode: 'form', value: input };
    return { mode: 'json', text: prettyJson(input) };
}

/** Returns the input of a draft, or where it is not valid JSON. An empty text is no input. */
export function readDraft(draft: InputDraft): ParsedJson {
    if (draft.mode === 'form') return { ok: true, value: draft.value };
    return draft.text.trim() === '' ? { ok: true, value: undefined } : parseJson(draft.text);
}

export function asJson(draft: InputDraft): InputDraft {
    return draft.mode === 'json' ? draft : { mode: 'json', text: prettyJson(draft.value) };
}

/** Returns the same input for the form; or why the form cannot show it. */
export function asForm(draft: InputDraft): InputDraft | string {
    const input = readDraft(draft);
    if (!input.ok) return `${input.trouble}. Fix it to use the form.`;
    if (input.value === undefined) return { mode: 'form', value: {} };
    if (isInputObject(input.value)) return { mode: 'form', value: input.value };
    return 'The form can only show a JSON object.';
}

export function isInputObject(value: unknown): value is InputObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
