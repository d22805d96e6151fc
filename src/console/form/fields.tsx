import { controlFor } from './control.js';
import { isInputObject } from './draft.js';
import { messagesAt, type FormScope } from './input-draft.js';
import { FieldText } from './input-editor.js';
import { FallbackNote, Rows } from './list-controls.js';
import {
    newEntry,
    sectionsOf,
    withProperty,
    type FieldSchema,
    type FieldSection,
    type InputObject,
    type InputSchema,
    type NamedField,
} from './schema.js';
import { CheckControl, type ControlProps } from './simple-controls.js';
import { Icon } from '../ui/icon.js';

// A field may be a form of its own: what shows forms and what shows fields call each other, and so are in one file.

/** The object that fields are of. */
interface ObjectProps {
    readonly value: InputObject;
    readonly onChange: (value: InputObject) => void;
    /** Where it is: empty for the whole input. */
    readonly path: string;
    readonly scope: FormScope;
}

/** The fields of an object, by sections that can be folded. */
export function Fields({ schema, ...object }: ObjectProps & { schema: Pick<InputSchema, 'properties' | 'required'> }) {
    return (
        <div class="fields">
            {sectionsOf(schema).map((section, index) => {
                const fields = <SectionFields section={section} {...object} />;
                if (section.caption === undefined) return <div key={index}>{fields}</div>;
                return (
                    <details
                        class="form-section"
                        key={section.caption}
                        open={isOpen(section, object.value, object.scope)}
                    >
                        <summary>
                            <span class="form-section-name">{section.caption}</span>
                            {section.description && <span class="soft">{section.description}</span>}
                        </summary>
                        {fields}
                    </details>
                );
            })}
        </div>
    );
}

/** Where something is given, has to be, or is wrong, it is not to be hidden. */
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
            {section.fields.map((field) => (
                <div key={field.name}>
                    {field.schema.groupCaption && (
                        <div class="group-caption">
                            <strong>{field.schema.groupCaption}</strong>
                            {field.schema.groupDescription && <span class="soft">{field.schema.groupDescription}</span>}
                        </div>
                    )}
                    <Field
                        field={field}
                        path={path === '' ? field.name : `${path}.${field.name}`}
                        value={value[field.name]}
                        onChange={(next) => onChange(withProperty(value, field.name, next))}
                        scope={scope}
                    />
                </div>
            ))}
        </div>
    );
}

/** One field: its name and what it is for, what edits it, and what is wrong with it. */
function Field({
    field: { name, schema, isRequired },
    path,
    value,
    onChange,
    scope,
}: {
    field: NamedField;
    path: string;
    value: unknown;
    onChange: (value: unknown) => void;
    scope: FormScope;
}) {
    const id = `${scope.id}-${path.replace(/[^\w-]/g, '-')}`;
    const isNull = value === null;
    const Control = controlFor(schema, isNull ? undefined : value);
    const messages = messagesAt(scope, path, Control !== 'nested');
    const label = schema.title ?? name;
    const describedBy = `${id}-about ${id}-trouble`;
    const change = (next: unknown): void => {
        scope.touch(path);
        onChange(next);
    };
    const control = { id, path, schema, value, onChange: change, scope, label, describedBy };
    return (
        <div class="field" data-field={path} onFocusOut={() => scope.touch(path)}>
            {Control !== CheckControl && (
                <div class="field-head">
                    <label for={id}>
                        {label}
                        {isRequired && (
                            <span class="required" title="Has to be given">
                                *
                            </span>
                        )}
                    </label>
                    <code class="field-key faint">{name}</code>
                </div>
            )}
            {isNull && schema.nullable ? (
                <p class="faint">No value: null is sent.</p>
            ) : Control === 'nested' ? (
                <NestedFields {...control} isInvalid={messages.length > 0} />
            ) : (
                <Control {...control} isInvalid={messages.length > 0} />
            )}
            <div id={`${id}-about`} class="field-about">
                {schema.description && <FieldText text={schema.description} />}
            </div>
            {schema.nullable && (
                <label class="check small">
                    <input
                        type="checkbox"
                        checked={isNull}
                        onChange={({ currentTarget }) => change(currentTarget.checked ? null : undefined)}
                    />
                    <span>null</span>
                </label>
            )}
            <div id={`${id}-trouble`} aria-live="polite">
                {messages.map((message) => (
                    <p class="field-trouble" key={message}>
                        <Icon name="warning" size={14} />
                        {message}
                    </p>
                ))}
            </div>
        </div>
    );
}

const ANYTHING: FieldSchema = { type: ['string', 'number', 'boolean', 'object', 'array'] };

/** A form within the form: for the properties of an object, or for each entry of a list. */
function NestedFields(props: ControlProps) {
    return props.schema.type === 'array' ? <NestedList {...props} /> : <NestedObject {...props} />;
}

function NestedObject({ schema, value, onChange, path, scope, label }: ControlProps) {
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

function NestedList({ schema, value, onChange, path, scope, label }: ControlProps) {
    const { items = ANYTHING } = schema;
    return (
        <div class="list">
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            <Rows
                values={Array.isArray(value) ? (value as unknown[]) : []}
                onChange={onChange}
                newRow={() => newEntry(items)}
                addText="Add"
                most={schema.maxItems}
                label={label}
            >
                {(entry, index, change) => (
                    <Field
                        field={{
                            name: String(index),
                            schema: { ...items, title: items.title ?? `${index + 1}` },
                            isRequired: false,
                        }}
                        path={`${path}.${index}`}
                        value={entry}
                        onChange={(next) => change(next ?? newEntry(items))}
                        scope={scope}
                    />
                )}
            </Rows>
        </div>
    );
}
