import type { ComponentType } from 'preact';
import { JsonControl } from './json-control.js';
import { KeyValueControl, StringListControl, SourceControl } from './list-controls.js';
import { FileControl, ProxyControl, ResourceControl } from './other-controls.js';
import type { FieldSchema } from './schema.js';
import {
    CheckControl,
    DateControl,
    NumberControl,
    MultiSelectControl,
    SelectControl,
    AreaControl,
    CodeControl,
    TextControl,
    type ControlProps,
} from './simple-controls.js';

/** What edits a field: one of the controls, or, for `schemaBased`, a form of its own. */
export type Control = ComponentType<ControlProps> | 'nested';

const OF_STRINGS: Record<string, Control> = {
    textfield: TextControl,
    textarea: AreaControl,
    javascript: CodeControl,
    python: CodeControl,
    datepicker: DateControl,
    select: SelectControl,
    fileupload: FileControl,
    resourcePicker: ResourceControl,
};
const OF_ARRAYS: Record<string, Control> = {
    requestListSources: (props) => <SourceControl {...props} kind="url" />,
    pseudoUrls: (props) => <SourceControl {...props} kind="purl" />,
    globs: (props) => <SourceControl {...props} kind="glob" />,
    keyValue: KeyValueControl,
    stringList: StringListControl,
    select: MultiSelectControl,
    fileupload: FileControl,
    resourcePicker: ResourceControl,
    schemaBased: 'nested',
};
const OF_OBJECTS: Record<string, Control> = { proxy: ProxyControl, schemaBased: 'nested' };
const OF_TYPES: Record<string, Record<string, Control>> = { string: OF_STRINGS, array: OF_ARRAYS, object: OF_OBJECTS };
const PLAIN: Record<string, Control> = {
    string: TextControl,
    integer: NumberControl,
    number: NumberControl,
    boolean: CheckControl,
};

/**
 * What edits a field. A value of another type than the schema has is edited as JSON, so that nothing of it is lost; so is what may
 * be of several types.
 */
export function controlFor(schema: FieldSchema, value: unknown): Control {
    const { type, editor = '' } = schema;
    if (typeof type !== 'string' || !isOfType(value, type) || !areFit(editor, value)) return JsonControl;
    return OF_TYPES[type]?.[editor] ?? plainControl(type, schema);
}

/** Without an editor, which fields within others do not have. */
function plainControl(type: string, { editor, enum: choices, properties, items }: FieldSchema): Control {
    const hasProperties = editor === undefined && (properties ?? items?.properties) !== undefined;
    if (hasProperties) return 'nested';
    if (type === 'string' && choices !== undefined) return SelectControl;
    return PLAIN[type] ?? JsonControl;
}

function isOfType(value: unknown, type: string): boolean {
    switch (type) {
        case 'array':
            return value === undefined || Array.isArray(value);
        case 'object':
            return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
        case 'integer':
            return value === undefined || typeof value === 'number';
        default:
            return value === undefined || typeof value === type;
    }
}

const OBJECT_EDITORS = new Set(['requestListSources', 'pseudoUrls', 'globs', 'keyValue']);

/** Whether the entries of a list are such as its editor shows. */
function areFit(editor: string, value: unknown): boolean {
    if (!Array.isArray(value) || OF_ARRAYS[editor] === undefined || editor === 'schemaBased') return true;
    const type = OBJECT_EDITORS.has(editor) ? 'object' : 'string';
    return value.every((entry) => typeof entry === type && entry !== null);
}
