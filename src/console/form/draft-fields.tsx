import { useId, useState } from 'preact/hooks';
import { type ButtonProps, DialogButton, type DialogProps, FormDialog } from '../components/button.js';
import { parseJson } from '../components/parse-json.js';
import { Field } from './fields.js';
import type { ComponentChildren } from 'preact';
import type { FieldSchema } from './schema.js';

/** A field of a console form, for one property of the draft. Without `editor`, it is a single-line text field. */
export interface DraftField<Draft> extends Partial<FieldSchema> {
    readonly name: keyof Draft & string;
    readonly isRequired?: boolean;
    /**
     * Returns the problem of a text; undefined if it is valid. The problem of an empty text prevents submitting, but is not shown.
     * Default: JSON must be valid.
     */
    readonly check?: (text: string) => string | undefined;
}

export interface DraftProps<Draft> {
    readonly draft: Draft;
    readonly onChange: (changed: Partial<Draft>) => void;
}

/** The fields of a console form, with the same controls as the input form of an Actor. */
export function DraftFields<Draft>(props: DraftProps<Draft> & { fields: readonly DraftField<Draft>[] }) {
    const { draft, onChange, fields } = props;
    const id = useId();
    const problems = fields.flatMap((field) => {
        const message = String(draft[field.name] ?? '').trim() && problemOf(field, draft);
        return message ? [{ field: field.name, message }] : [];
    });
    const scope = { id, problems, showsAll: true, touched: new Set<string>(), touch: () => undefined, hidesKeys: true };
    return fields.map(({ name, isRequired = false, check: _, ...schema }) => {
        const value = draft[name];
        const empty = typeof value === 'string' && schema.enum === undefined ? '' : undefined;
        return (
            <Field
                key={name}
                field={{ name, isRequired, schema: { type: 'string', editor: 'textfield', ...schema } }}
                path={name}
                value={value === '' ? undefined : value}
                onChange={(next) => onChange({ [name]: next ?? empty } as Partial<Draft>)}
                scope={scope}
            />
        );
    });
}

function problemOf<Draft>({ name, editor, check }: DraftField<Draft>, draft: Draft): string | undefined {
    const text = String(draft[name] ?? '');
    if (check) return check(text);
    const parsed = editor === 'json' ? parseJson(text) : undefined;
    return parsed?.ok === false ? parsed.message : undefined;
}

interface DraftDialogProps<Draft> extends Omit<DialogProps, 'children' | 'onClose'> {
    readonly verb: string;
    readonly initial: Draft;
    readonly fields: readonly DraftField<Draft>[] | ((draft: Draft) => readonly DraftField<Draft>[]);
    /** Shown above the fields; the result of a function is shown below them. */
    readonly children?: ComponentChildren | ((form: DraftProps<Draft>) => ComponentChildren);
    readonly onSubmit: (draft: Draft) => unknown;
}

/** A button that opens a dialog with a small form, which can be submitted once its fields are valid. */
export function DraftButton<Draft>({ button, ...dialog }: DraftDialogProps<Draft> & { button: ButtonProps }) {
    return <DialogButton {...button} dialog={<DraftDialog {...dialog} />} />;
}

function DraftDialog<Draft>({ initial, fields, children, onSubmit, ...dialog }: DraftDialogProps<Draft>) {
    const [draft, setDraft] = useState(initial);
    const change = (changed: Partial<Draft>): void => setDraft((before) => ({ ...before, ...changed }));
    const shown = typeof fields === 'function' ? fields(draft) : fields;
    const isReady = shown.every((field) => problemOf(field, draft) === undefined);
    return (
        <FormDialog {...dialog} isReady={isReady} onSubmit={() => onSubmit(draft)}>
            {typeof children !== 'function' && children}
            <DraftFields draft={draft} onChange={change} fields={shown} />
            {typeof children === 'function' && children({ draft, onChange: change })}
        </FormDialog>
    );
}
