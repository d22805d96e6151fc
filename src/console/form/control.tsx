import {
    AreaControl,
    CheckControl,
    CodeControl,
    type ControlProps,
    DateControl,
    MultiSelectControl,
    NumberControl,
    SelectControl,
    TextControl,
} from './controls.js';
import { JsonControl } from './json-control.js';
import { KeyValueControl, ResourceControl, SourceControl, StringListControl } from './list-controls.js';
import { FileControl, ProxyControl } from './object-controls.js';
import type { ComponentType } from 'preact';
import type { FieldSchema } from './schema.js';

/** What edits a field: a control, or, for `schemaBased`, a nested form. */
export type Control = ComponentType<ControlProps> | 'nested';

/** The controls by type and editor. */
const BY_EDITOR: Record<string, Record<string, Control>> = {
    string: {
        textfield: TextControl,
        textarea: AreaControl,
        javascript: CodeControl,
        python: CodeControl,
        datepicker: DateControl,
        select: SelectControl,
        fileupload: FileControl,
        resourcePicker: ResourceControl,
    },
    array: {
        requestListSources: (props) => <SourceControl {...props} kind="url" />,
        pseudoUrls: (props) => <SourceControl {...props} kind="purl" />,
        globs: (props) => <SourceControl {...props} kind="glob" />,
        keyValue: KeyValueControl,
        stringList: StringListControl,
        select: MultiSelectControl,
        fileupload: FileControl,
        resourcePicker: ResourceControl,
        schemaBased: 'nested',
    },
    object: { proxy: ProxyControl, schemaBased: 'nested' },
};
const BY_TYPE: Record<string, Control> = {
    string: TextControl,
    integer: NumberControl,
    number: NumberControl,
    boolean: CheckControl,
};

/**
 * Returns what edits a field. A value of another type than that of the schema is edited as JSON, so that nothing of it is lost; so
 * is a field of several types.
 */
export function controlFor(schema: FieldSchema, value: unknown): Control {
    const { type, editor = '' } = schema;
    if (typeof type !== 'string' || !isOfType(value, type) || !areFit(editor, value)) return JsonControl;
    return BY_EDITOR[type]?.[editor] ?? plainControl(type, schema);
}

/** Fields within others have no editor. */
function plainControl(type: string, { editor, enum: choices, properties, items }: FieldSchema): Control {
    if (editor === undefined && (properties ?? items?.properties) !== undefined) return 'nested';
    if (type === 'string' && choices !== undefined) return SelectControl;
    return BY_TYPE[type] ?? JsonControl;
}

function isOfType(value: unknown, type: string): boolean {
    if (value === undefined) return true;
    if (type === 'array') return Array.isArray(value);
    if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
    return typeof value === (type === 'integer' ? 'number' : type);
}

const OBJECT_EDITORS = new Set(['requestListSources', 'pseudoUrls', 'globs', 'keyValue']);

/** True if the entries of a list are such as its editor shows. */
function areFit(editor: string, value: unknown): boolean {
    if (!Array.isArray(value) || editor === 'schemaBased' || !(editor in BY_EDITOR['array']!)) return true;
    const type = OBJECT_EDITORS.has(editor) ? 'object' : 'string';
    return value.every((entry) => typeof entry === type && entry !== null);
}
