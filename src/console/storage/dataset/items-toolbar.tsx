import { useState } from 'preact/hooks';
import { apiResponse } from '../../api/api.js';
import { showSuccess } from '../../signals/toasts.js';
import { Button, ButtonLink, CopyButton, Dialog, DialogButton, FormDialog } from '../../components/button.js';
import { CheckList, type Option, Select } from '../../components/fields.js';
import { DraftButton } from '../../form/draft-fields.js';
import { columnsOf, type DatasetView, exportPath, exportUrl, FORMATS, type ItemsOptions } from './items.js';
import type { DatasetInfo } from '../../api/json.js';
import type { QueryChange } from '../../router.js';

interface ToolbarProps {
    readonly dataset: DatasetInfo;
    readonly views: readonly DatasetView[];
    readonly options: ItemsOptions;
    readonly isJson: boolean;
    readonly change: (values: QueryChange) => void;
    readonly items: readonly unknown[];
    readonly onRefresh: () => void;
}

export function ItemsToolbar({ dataset, views, options, isJson, change, items, onRefresh }: ToolbarProps) {
    const fields = fieldsOf(options);
    const known = dataset.fields.length > 0 ? dataset.fields : columnsOf(items).map(({ field }) => field);
    const viewOptions: Option[] = [['', 'All fields'], ...views.map(({ name, title }) => [name, title] as const)];
    const choiceButton = (text: string, name: 'clean' | 'desc', title?: string) => {
        const next = options[name] === '' ? '1' : undefined;
        const toggle = (): void => change({ [name]: next, ...(name === 'desc' && { offset: undefined }) });
        return (
            <Button kind="quiet" isPressed={next === undefined} title={title} onPress={toggle}>
                {text}
            </Button>
        );
    };
    return (
        <div class="toolbar" role="group" aria-label="Items">
            <div class="segmented">
                <Button kind="quiet" isPressed={!isJson} onPress={() => change({ as: undefined })}>
                    Table
                </Button>
                <Button kind="quiet" isPressed={isJson} onPress={() => change({ as: 'json' })}>
                    JSON
                </Button>
            </div>
            {views.length > 0 && (
                <Select
                    label="View"
                    value={options.view}
                    options={viewOptions}
                    onChange={(name) => change({ view: name, fields: undefined, offset: undefined })}
                />
            )}
            <DialogButton
                kind="quiet"
                isPressed={fields.length > 0}
                dialog={
                    <FieldsDialog
                        known={known}
                        chosen={fields}
                        onChoose={(chosen) => change({ fields: chosen.join(',') })}
                    />
                }
            >
                {fields.length === 0 ? 'Fields' : `Fields (${fields.length})`}
            </DialogButton>
            {choiceButton('Clean items', 'clean', 'Without hidden fields (#…) and empty items')}
            {choiceButton('Newest first', 'desc')}
            <Button kind="quiet" icon="refresh" label="Refresh" onPress={onRefresh} />
            <span class="spring" />
            <DialogButton icon="download" dialog={<ExportDialog dataset={dataset} options={options} />}>
                Export
            </DialogButton>
            <PushButton datasetId={dataset.id} onPushed={onRefresh} />
        </div>
    );
}

function ExportDialog({ dataset, options }: Pick<ToolbarProps, 'dataset' | 'options'>) {
    const { id, name = id, itemsPublicUrl } = dataset;
    return (
        <Dialog title="Export items">
            <p>{describeExport(options)}</p>
            <ul class="export-formats">
                {Object.entries(FORMATS).map(([format, label]) => (
                    <li key={format}>
                        <ButtonLink
                            icon="download"
                            to={exportPath(itemsPublicUrl, format, options)}
                            download={`${name}.${format}`}
                        >
                            {label}
                        </ButtonLink>
                    </li>
                ))}
            </ul>
            <p class="export-link">
                Shareable link, valid for 14 days without a token
                <CopyButton text={() => exportUrl(itemsPublicUrl, options)} label="Copy the link" />
            </p>
        </Dialog>
    );
}

function fieldsOf({ fields }: ItemsOptions): string[] {
    return fields.split(',').filter((field) => field !== '');
}

function describeExport(options: ItemsOptions): string {
    const { length } = fieldsOf(options);
    const words = [
        options.view && `view “${options.view}”`,
        length > 0 && (length === 1 ? 'one field' : `${length} fields`),
        options.clean && 'without hidden fields and empty items',
        options.desc && 'newest first',
    ].filter(Boolean);
    return words.length === 0 ? 'All items with all fields.' : `All items as shown: ${words.join(', ')}.`;
}

interface FieldsProps {
    readonly known: readonly string[];
    /** Empty for all fields. */
    readonly chosen: readonly string[];
    readonly onChoose: (fields: readonly string[]) => void;
}

function FieldsDialog({ known, chosen, onChoose }: FieldsProps) {
    const all = [...new Set([...chosen, ...known])];
    const [picked, pick] = useState<readonly string[]>(chosen.length === 0 ? all : chosen);
    const isAll = picked.length === all.length;
    // Selecting all clears the selection, so that later fields are shown, too.
    const choose = (): void => onChoose(isAll ? [] : picked);
    return (
        <FormDialog title="Fields" verb="Show" isReady={picked.length > 0} onSubmit={choose}>
            {all.length === 0 && <p>No fields. Fields appear once the dataset has items.</p>}
            <CheckList
                label="Fields"
                options={all.map((field) => [field, field] as const)}
                chosen={picked}
                onChange={pick}
            />
            <div>
                <Button kind="quiet" onPress={() => pick(isAll ? [] : all)}>
                    {isAll ? 'None' : 'All'}
                </Button>
            </div>
        </FormDialog>
    );
}

function PushButton(props: { datasetId: string; onPushed: () => void }) {
    const push = async ({ text }: { text: string }): Promise<void> => {
        const path = `/datasets/${encodeURIComponent(props.datasetId)}/items`;
        await apiResponse(path, { method: 'POST', json: JSON.parse(text) as unknown });
        showSuccess('Items pushed.');
        props.onPushed();
    };
    return (
        <DraftButton
            button={{ icon: 'plus', children: 'Push items' }}
            title="Push items"
            verb="Push items"
            isWide
            initial={{ text: '' }}
            fields={[{ name: 'text', editor: 'json', title: 'JSON object or array of objects', rows: 10 }]}
            onSubmit={push}
        />
    );
}
