/** The input schema of an Actor, as far as its form is concerned. It has been checked by the engine. */
export interface InputSchema {
    readonly title?: string;
    readonly description?: string;
    readonly properties: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
}

/** What a field of an input may be, and how it is edited. */
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
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly unit?: string;
    readonly placeholderKey?: string;
    readonly placeholderValue?: string;
    readonly resourceType?: string;
    readonly items?: FieldSchema;
    readonly properties?: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
}

/** The properties of one JSON object. */
export type InputObject = Readonly<Record<string, unknown>>;

/** A field with its name. */
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

/** Reads the schema of a build; undefined if its Actor has none. */
export function readInputSchema({ inputSchema }: { readonly inputSchema?: string }): InputSchema | undefined {
    return inputSchema === undefined ? undefined : (JSON.parse(inputSchema) as InputSchema);
}

/** The fields that are shown, by sections: a caption begins one, and it goes on until the next. */
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
 * What a new input begins with: the prefills. Defaults are not among them: the engine fills these in, however a run is started,
 * and so they may change with the Actor.
 */
export function prefilledInput({ properties }: InputSchema): InputObject {
    const prefilled = Object.entries(properties).filter(([, { prefill }]) => prefill !== undefined);
    return Object.fromEntries(prefilled.map(([name, { prefill }]) => [name, prefill]));
}

/** With another value of one property; undefined takes it away. All others stay as they are, known or not. */
export function withProperty(input: InputObject, name: string, value: unknown): InputObject {
    if (value !== undefined) return { ...input, [name]: value };
    const { [name]: _, ...rest } = input;
    return rest;
}

/** What a list gets as another entry: there is no such thing in JSON as an entry without a value. */
export function newEntry({ type, prefill, properties = {} }: FieldSchema): unknown {
    if (prefill !== undefined) return prefill;
    switch (type) {
        case 'object': {
            const prefilled = Object.entries(properties).filter(([, field]) => field.prefill !== undefined);
            return Object.fromEntries(prefilled.map(([name, field]) => [name, field.prefill]));
        }
        case 'array':
            return [];
        case 'integer':
        case 'number':
            return 0;
        case 'boolean':
            return false;
        default:
            return '';
    }
}

const MOST_CHARS = 300;

/** What stands in an empty field: what counts if it stays empty, or an example. */
export function placeholderOf({ default: fallback, example }: FieldSchema): string | undefined {
    if (fallback !== undefined && fallback !== null && fallback !== '') return shortText(fallback);
    return example === undefined ? undefined : `For example: ${shortText(example)}`;
}

/** A value in a few words. */
export function shortText(value: unknown): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
