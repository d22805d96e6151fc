import { useState } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { Button, CopyButton, Dialog, DialogButton } from '../../ui/button.js';
import { CheckList, type Option, Select } from '../../ui/fields.js';
import { DraftDialog } from '../../ui/forms.js';
import { Icon } from '../../ui/icon.js';
import { columnsOf, type DatasetView, exportPath, exportUrl, FORMATS, type ItemsChoice } from './items.js';
import type { DatasetInfo } from '../../api/json.js';
import type { QueryChange } from '../../router.js';

interface ToolbarProps {
    readonly dataset: DatasetInfo;
    readonly views: readonly DatasetView[];
    readonly choice: ItemsChoice;
    readonly isJson: boolean;
    readonly change: (values: QueryChange) => void;
    /** Those that are shown. */
    readonly items: readonly unknown[];
    readonly onRefresh: () => void;
}

/** How items are shown: table or JSON, view, fields, order; and the export. */
export function ItemsToolbar({ dataset, views, choice, isJson, change, items, onRefresh }: ToolbarProps) {
    const { view, fields, clean, desc } = choice;
    const known = dataset.fields.length > 0 ? dataset.fields : columnsOf(items).map(({ field }) => field);
    const options: Option[] = [['', 'All fields'], ...views.map(({ name, title }) => [name, title] as const)];
    const switchButton = (text: string, isPressed: boolean, values: QueryChange, title?: string) => (
        <Button kind="quiet" isPressed={isPressed} title={title} onPress={() => change(values)}>
            {text}
        </Button>
    );
    return (
        <div class="toolbar" role="group" aria-label="Items">
            <div class="segmented">
                {switchButton('Table', !isJson, { as: undefined })}
                {switchButton('JSON', isJson, { as: 'json' })}
            </div>
            {views.length > 0 && (
                <Select
                    label="View"
                    value={view}
                    options={options}
                    onChange={(name) => change({ view: name, fields: undefined, offset: undefined })}
                />
            )}
            <DialogButton
                kind="quiet"
                isPressed={fields.length > 0}
                dialog={(onClose) => (
                    <FieldsDialog
                        known={known}
                        chosen={fields}
                        onChoose={(chosen) => change({ fields: chosen.join(',') })}
                        onClose={onClose}
                    />
                )}
            >
                {fields.length === 0 ? 'Fields' : `Fields (${fields.length})`}
            </DialogButton>
            {switchButton(
                'Clean items',
                clean,
                { clean: clean ? undefined : '1' },
                'Without hidden fields (#…) and empty items',
            )}
            {switchButton('Newest first', desc, { desc: desc ? undefined : '1', offset: undefined })}
            <Button kind="quiet" icon="refresh" label="Refresh" onPress={onRefresh} />
            <span class="spring" />
            <DialogButton
                icon="download"
                dialog={(onClose) => <ExportDialog dataset={dataset} choice={choice} onClose={onClose} />}
            >
                Export
            </DialogButton>
            <DialogButton
                icon="plus"
                dialog={(onClose) => <PushDialog datasetId={dataset.id} onPushed={onRefresh} onClose={onClose} />}
            >
                Items
            </DialogButton>
        </div>
    );
}

interface ExportProps {
    readonly dataset: DatasetInfo;
    readonly choice: ItemsChoice;
    readonly onClose: () => void;
}

/** The items as a file, in any format. */
function ExportDialog({ dataset: { id, name = id, itemsPublicUrl }, choice, onClose }: ExportProps) {
    return (
        <Dialog title="Export items" onClose={onClose}>
            <p>{exportWords(choice)} The browser downloads them from the engine, in any number.</p>
            <ul class="export-formats">
                {FORMATS.map(({ format, label }) => (
                    <li key={format}>
                        <a
                            class="button plain"
                            href={exportPath(itemsPublicUrl, format, choice)}
                            download={`${name}.${format}`}
                        >
                            <Icon name="download" />
                            {label}
                        </a>
                    </li>
                ))}
            </ul>
            <p class="export-link">
                Shareable link, valid for 14 days without a token
                <CopyButton text={() => exportUrl(itemsPublicUrl, choice)} label="Copy the link" />
            </p>
        </Dialog>
    );
}

function exportWords({ view, fields, clean, desc }: ItemsChoice): string {
    const words = [
        view !== '' && `view “${view}”`,
        fields.length > 0 && (fields.length === 1 ? 'one field' : `${fields.length} fields`),
        clean && 'without hidden fields and empty items',
        desc && 'newest first',
    ].filter(Boolean);
    return words.length === 0 ? 'All items with all fields.' : `All items as shown: ${words.join(', ')}.`;
}

interface FieldsProps {
    readonly known: readonly string[];
    /** Empty for all. */
    readonly chosen: readonly string[];
    readonly onChoose: (fields: readonly string[]) => void;
    readonly onClose: () => void;
}

/** Chooses the fields of items that are shown and exported. */
function FieldsDialog({ known, chosen, onChoose, onClose }: FieldsProps) {
    const all = [...new Set([...chosen, ...known])];
    const [picked, pick] = useState<readonly string[]>(chosen.length === 0 ? all : chosen);
    const isAll = picked.length === all.length;
    const choose = (): void => {
        // All of them are no choice: then fields that come later are shown too.
        onChoose(isAll ? [] : picked);
        onClose();
    };
    const actions = (
        <>
            <Button onPress={() => pick(isAll ? [] : all)}>{isAll ? 'None' : 'All'}</Button>
            <Button kind="primary" isDisabled={picked.length === 0} onPress={choose}>
                Show
            </Button>
        </>
    );
    return (
        <Dialog title="Fields" onClose={onClose} actions={actions}>
            {all.length === 0 && <p>No items, and therefore no fields.</p>}
            <CheckList
                label="Fields"
                options={all.map((field) => [field, field] as const)}
                chosen={picked}
                onChange={pick}
            />
        </Dialog>
    );
}

/** Pushes items to a dataset: one, or an array of several. */
function PushDialog(props: { datasetId: string; onPushed: () => void; onClose: () => void }) {
    const push = async ({ text }: { text: string }): Promise<void> => {
        const path = `/datasets/${encodeURIComponent(props.datasetId)}/items`;
        await apiAnswer(path, { method: 'POST', json: JSON.parse(text) as unknown });
        showDone('Items pushed.');
        props.onPushed();
    };
    return (
        <DraftDialog
            title="Push items"
            verb="Push"
            isWide
            begin={{ text: '' }}
            fields={[{ name: 'text', kind: 'json', label: 'An object, or an array of several', rows: 10 }]}
            onSubmit={push}
            onClose={props.onClose}
        />
    );
}
