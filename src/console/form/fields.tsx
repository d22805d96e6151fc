import { Check } from '../components/fields.js';
import { Icon } from '../components/icon.js';
import { FieldText } from '../components/markdown.js';
import {
    AreaControl,
    CheckControl,
    CodeControl,
    type ControlProps,
    type FormScope,
    DateControl,
    MultiSelectControl,
    NumberControl,
    SelectControl,
    TextControl,
    JsonControl,
} from './controls.js';
import {
    FallbackNote,
    KeyValueControl,
    ResourceControl,
    Rows,
    SourceControl,
    StringListControl,
} from './list-controls.js';
import { FileControl, ProxyControl } from './object-controls.js';
import {
    type FieldSchema,
    type FieldSection,
    type InputObject,
    type InputSchema,
    isInputObject,
    type NamedField,
    newEntry,
    sectionsOf,
    withProperty,
} from './schema.js';
import type { ComponentType } from 'preact';

/** Props for the fields of an object; its path is empty for the whole input. */
interface ObjectProps extends Pick<ControlProps, 'path' | 'scope'> {
    readonly value: InputObject;
    readonly onChange: (value: InputObject) => void;
}

export function Fields({ schema, ...object }: ObjectProps & { schema: Pick<InputSchema, 'properties' | 'required'> }) {
    return (
        <div class="fields">
            {sectionsOf(schema).map((section, index) => {
                const { caption, description } = section;
                const fields = <SectionFields section={section} {...object} />;
                if (caption === undefined) return <div key={index}>{fields}</div>;
                return (
                    <details class="form-section" key={caption} open={isOpen(section, object.value, object.scope)}>
                        <summary>
                            <span class="form-section-name">{caption}</span>
                            {description && <span class="soft">{description}</span>}
                        </summary>
                        {fields}
                    </details>
                );
            })}
        </div>
    );
}

/** A section with a value, a required field or an error must not be hidden. */
function isOpen({ fields }: FieldSection, value: InputObject, { showsAll, problems }: FormScope): boolean {
    return fields.some(
        ({ name, isRequired }) =>
            isRequired ||
            value[name] !== undefined ||
            (showsAll && problems.some(({ field }) => field === name || field.startsWith(`${name}.`))),
    );
}

function SectionFields({ section, value, onChange, path, scope }: ObjectProps & { section: FieldSection }) {
    return (
        <div class="section-fields">
            {section.fields.map((field) => {
                const { name, schema } = field;
                const { groupCaption, groupDescription } = schema;
                return (
                    <div key={name}>
                        {groupCaption && (
                            <div class="group-caption">
                                <strong>{groupCaption}</strong>
                                {groupDescription && <span class="soft">{groupDescription}</span>}
                            </div>
                        )}
                        <Field
                            {...{ field, scope }}
                            path={path === '' ? name : `${path}.${name}`}
                            value={value[name]}
                            onChange={(next) => onChange(withProperty(value, name, next))}
                        />
                    </div>
                );
            })}
        </div>
    );
}

interface FieldProps extends Pick<ControlProps, 'path' | 'value' | 'onChange' | 'scope'> {
    readonly field: NamedField;
}

export function Field({ field: { name, schema, isRequired }, path, value, onChange, scope }: FieldProps) {
    const id = `${scope.id}-${path.replace(/[^\w-]/g, '-')}`;
    const isNull = value === null;
    const Control = controlFor(schema, isNull ? undefined : value);
    const messages = messagesAt(scope, path, Control !== NestedFields);
    const label = schema.title ?? name;
    const change = (next: unknown): void => {
        scope.touch(path);
        onChange(next);
    };
    const isInvalid = messages.length > 0;
    const describedBy = `${id}-about ${id}-error`;
    const control = { id, path, schema, value, onChange: change, scope, label, describedBy, isInvalid, isRequired };
    return (
        <div class="field" data-field={path} onFocusOut={() => scope.touch(path)}>
            {Control !== CheckControl && (
                <div class="field-head">
                    <label for={id}>
                        {label}
                        {isRequired && !(scope.hidesKeys && schema.enum) && (
                            <span class="required" title="Required">
                                *
                            </span>
                        )}
                    </label>
                    {!scope.hidesKeys && <code class="field-key faint">{name}</code>}
                </div>
            )}
            {isNull && schema.nullable ? <p class="faint">null</p> : <Control {...control} />}
            <div id={`${id}-about`} class="field-about">
                {schema.description && <FieldText text={schema.description} />}
            </div>
            {schema.nullable && (
                <Check
                    className="check small"
                    label="null"
                    isOn={isNull}
                    onChange={(isOn) => change(isOn ? null : undefined)}
                />
            )}
            <div id={`${id}-error`} aria-live="polite">
                {messages.map((message) => (
                    <p class="field-error" key={message}>
                        <Icon name="warning" size={14} />
                        {message}
                    </p>
                ))}
            </div>
        </div>
    );
}

const ANYTHING: FieldSchema = { type: ['string', 'number', 'boolean', 'object', 'array'] };

/** A nested form: for the properties of an object, or for each entry of a list. */
function NestedFields(props: ControlProps) {
    const { schema, value, onChange, path, scope, label } = props;
    if (schema.type === 'array') return <NestedList {...props} />;
    return (
        <div class="nested" role="group" aria-label={label}>
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            <Fields
                schema={{ properties: schema.properties ?? {}, required: schema.required ?? [] }}
                value={isInputObject(value) ? value : {}}
                onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
                path={path}
                scope={scope}
            />
        </div>
    );
}

function NestedList(props: ControlProps) {
    const { path, scope, schema } = props;
    const { items = ANYTHING } = schema;
    const fieldOf = (index: number): NamedField => {
        const title = items.title ?? `${index + 1}`;
        return { name: String(index), schema: { ...items, title }, isRequired: false };
    };
    return (
        <Rows control={props} newRow={() => newEntry(items)}>
            {(entry, index, change) => (
                <Field
                    field={fieldOf(index)}
                    path={`${path}.${index}`}
                    value={entry}
                    onChange={(next) => change(next ?? newEntry(items))}
                    scope={scope}
                />
            )}
        </Rows>
    );
}

type Control = ComponentType<ControlProps>;

const BY_EDITOR: Record<string, Record<string, Control>> = {
    string: {
        textfield: TextControl,
        textarea: AreaControl,
        javascript: CodeControl,
        python: CodeControl,
        json: CodeControl,
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
        schemaBased: NestedFields,
    },
    object: { proxy: ProxyControl, schemaBased: NestedFields },
    number: { select: SelectControl },
};
const BY_TYPE: Record<string, Control> = {
    string: TextControl,
    integer: NumberControl,
    number: NumberControl,
    boolean: CheckControl,
};

/**
 * Returns the control of a field. A value that does not have the type of the schema is edited as JSON, so that nothing is lost. So
 * is a field of several types.
 */
function controlFor(schema: FieldSchema, value: unknown): Control {
    const { type, editor = '' } = schema;
    if (typeof type !== 'string' || !isOfType(value, type) || !matchesEditor(editor, value)) return JsonControl;
    return BY_EDITOR[type]?.[editor] ?? plainControl(type, schema);
}

/** Returns the control of a field without an editor, such as a nested one. */
function plainControl(type: string, { editor, enum: choices, properties, items }: FieldSchema): Control {
    if (editor === undefined && (properties ?? items?.properties) !== undefined) return NestedFields;
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

/** True if the editor of a list supports all its entries. */
function matchesEditor(editor: string, value: unknown): boolean {
    if (!Array.isArray(value) || editor === 'schemaBased' || !(editor in BY_EDITOR['array']!)) return true;
    const type = OBJECT_EDITORS.has(editor) ? 'object' : 'string';
    return value.every((entry) => typeof entry === type && entry !== null);
}

/** Returns the errors to show at a field: its own, and nested ones unless nested fields show them. */
function messagesAt(scope: FormScope, path: string, includesNested: boolean): string[] {
    if (!scope.showsAll && !scope.touched.has(path)) return [];
    return scope.problems
        .filter(({ field }) => field === path || (includesNested && field.startsWith(`${path}.`)))
        .map(({ message }) => shorten(message));
}

/** Removes the field name, which the form shows: `Field input.url is required` becomes `Required`. */
function shorten(message: string): string {
    const bare = message.replace(/^Field input\.[\w.-]+ (?:is )?/, '');
    return bare.charAt(0).toUpperCase() + bare.slice(1);
}
