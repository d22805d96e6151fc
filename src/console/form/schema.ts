import { type ParsedJson, parseJson, prettyJson } from '../components/parse-json.js';

/** The part of an Actor's input schema that the form uses. The engine has validated it. */
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
    /** Minimum number of rows of a multi-line text. */
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

/** Fields under one heading; those before the first heading have no caption. */
export interface FieldSection {
    readonly caption: string | undefined;
    readonly description: string | undefined;
    readonly fields: readonly NamedField[];
}

/** Groups the visible fields into sections: a caption starts a section, which extends to the next caption. */
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
 * Returns a new input with the prefills. The engine applies the defaults, so that they can change with the Actor.
 */
export function prefilledInput({ properties }: Pick<InputSchema, 'properties'>): InputObject {
    const prefilled = Object.entries(properties).filter(([, { prefill }]) => prefill !== undefined);
    return Object.fromEntries(prefilled.map(([name, { prefill }]) => [name, prefill]));
}

/** Returns the input with another value for one property; undefined removes it. Other properties are kept. */
export function withProperty(input: InputObject, name: string, value: unknown): InputObject {
    if (value !== undefined) return { ...input, [name]: value };
    const { [name]: _, ...rest } = input;
    return rest;
}

const EMPTY: Record<string, unknown> = { array: [], integer: 0, number: 0, boolean: false };

/** Returns the value of a new list entry. */
export function newEntry({ type, prefill, properties = {} }: FieldSchema): unknown {
    if (prefill !== undefined) return prefill;
    return type === 'object' ? prefilledInput({ properties }) : (EMPTY[String(type)] ?? '');
}

const MAX_CHARS = 300;

/** Returns the placeholder of an empty field: the default or an example. */
export function placeholderOf({ default: fallback, example, placeholder }: FieldSchema): string | undefined {
    if (placeholder !== undefined) return placeholder;
    if (fallback !== undefined && fallback !== null && fallback !== '') return shortText(fallback);
    return example === undefined ? undefined : `For example: ${shortText(example)}`;
}

export function shortText(value: unknown): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

/** An edited input: as an object in the form, or as JSON text. */
export type InputDraft =
    | { readonly mode: 'form'; readonly value: InputObject }
    | { readonly mode: 'json'; readonly text: string };

/** Creates the draft of an input. An input that is not an object can only be edited as JSON. */
export function createDraft(input: unknown, hasForm: boolean): InputDraft {
    if (hasForm && isInputObject(input)) return { mode: 'form', value: input };
    return { mode: 'json', text: prettyJson(input) };
}

/** Returns the input of a draft, or the position of a JSON error. An empty text means no input. */
export function readDraft(draft: InputDraft): ParsedJson {
    if (draft.mode === 'form') return { ok: true, value: draft.value };
    return draft.text.trim() === '' ? { ok: true, value: undefined } : parseJson(draft.text);
}

export function asJson(draft: InputDraft): InputDraft {
    return draft.mode === 'json' ? draft : { mode: 'json', text: prettyJson(draft.value) };
}

/** Converts a draft for the form; returns a message if the form cannot show it. */
export function asForm(draft: InputDraft): InputDraft | string {
    const input = readDraft(draft);
    if (!input.ok) return `${input.message}. Fix it to use the form.`;
    if (input.value === undefined) return { mode: 'form', value: {} };
    if (isInputObject(input.value)) return { mode: 'form', value: input.value };
    return 'The form can only show a JSON object.';
}

export function isInputObject(value: unknown): value is InputObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
