// A field may be a form of its own: what shows forms and what shows fields call each other, and so are in one file.
import { Check } from '../ui/fields.js';
import { Icon } from '../ui/icon.js';
import { controlFor } from './control.js';
import { CheckControl, type ControlProps } from './controls.js';
import { FieldText } from './field-text.js';
import { type FormScope, messagesAt } from './input-draft.js';
import { FallbackNote, Rows } from './list-controls.js';
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

interface FieldProps {
    readonly field: NamedField;
    readonly path: string;
    readonly value: unknown;
    readonly onChange: (value: unknown) => void;
    readonly scope: FormScope;
}

/** A field: its name, its control, its description, and its errors. */
function Field({ field: { name, schema, isRequired }, path, value, onChange, scope }: FieldProps) {
    const id = `${scope.id}-${path.replace(/[^\w-]/g, '-')}`;
    const isNull = value === null;
    const Control = controlFor(schema, isNull ? undefined : value);
    const messages = messagesAt(scope, path, Control !== 'nested');
    const label = schema.title ?? name;
    const change = (next: unknown): void => {
        scope.touch(path);
        onChange(next);
    };
    const isInvalid = messages.length > 0;
    const describedBy = `${id}-about ${id}-trouble`;
    const control = { id, path, schema, value, onChange: change, scope, label, describedBy, isInvalid };
    return (
        <div class="field" data-field={path} onFocusOut={() => scope.touch(path)}>
            {Control !== CheckControl && (
                <div class="field-head">
                    <label for={id}>
                        {label}
                        {isRequired && (
                            <span class="required" title="Required">
                                *
                            </span>
                        )}
                    </label>
                    <code class="field-key faint">{name}</code>
                </div>
            )}
            {isNull && schema.nullable ? (
                <p class="faint">null</p>
            ) : Control === 'nested' ? (
                <NestedFields {...control} />
            ) : (
                <Control {...control} />
            )}
            <div id={`${id}-about`} class="field-about">
                {schema.description && <FieldText text={schema.description} />}
            </div>
            {schema.nullable && (
                <Check
                    look="check small"
                    label="null"
                    isOn={isNull}
                    onChange={(isOn) => change(isOn ? null : undefined)}
                />
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
    const { items = ANYTHING } = props.schema;
    return (
        <Rows control={props} newRow={() => newEntry(items)}>
            {(entry, index, change) => (
                <Field
                    field={{
                        name: String(index),
                        schema: { ...items, title: items.title ?? `${index + 1}` },
                        isRequired: false,
                    }}
                    path={`${props.path}.${index}`}
                    value={entry}
                    onChange={(next) => change(next ?? newEntry(items))}
                    scope={props.scope}
                />
            )}
        </Rows>
    );
}
