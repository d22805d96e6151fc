import { useState } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import { showDone } from '../../signals/toasts.js';
import { Button, ButtonLink, CopyButton, Dialog, DialogButton, FormDialog } from '../../components/button.js';
import { CheckList, type Option, Select } from '../../components/fields.js';
import { DraftButton } from '../../form/draft-fields.js';
import { columnsOf, type DatasetView, exportPath, exportUrl, FORMATS, type ItemsChoice } from './items.js';
import type { DatasetInfo } from '../../api/json.js';
import type { QueryChange } from '../../router.js';

interface ToolbarProps {
    readonly dataset: DatasetInfo;
    readonly views: readonly DatasetView[];
    readonly choice: ItemsChoice;
    readonly isJson: boolean;
    readonly change: (values: QueryChange) => void;
    readonly items: readonly unknown[];
    readonly onRefresh: () => void;
}

export function ItemsToolbar({ dataset, views, choice, isJson, change, items, onRefresh }: ToolbarProps) {
    const fields = fieldsOf(choice);
    const known = dataset.fields.length > 0 ? dataset.fields : columnsOf(items).map(({ field }) => field);
    const options: Option[] = [['', 'All fields'], ...views.map(({ name, title }) => [name, title] as const)];
    const choiceButton = (text: string, name: 'clean' | 'desc', title?: string) => {
        const next = choice[name] === '' ? '1' : undefined;
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
                    value={choice.view}
                    options={options}
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
            <DialogButton icon="download" dialog={<ExportDialog dataset={dataset} choice={choice} />}>
                Export
            </DialogButton>
            <PushButton datasetId={dataset.id} onPushed={onRefresh} />
        </div>
    );
}

function ExportDialog({ dataset, choice }: Pick<ToolbarProps, 'dataset' | 'choice'>) {
    const { id, name = id, itemsPublicUrl } = dataset;
    return (
        <Dialog title="Export items">
            <p>{exportWords(choice)} The browser downloads them from the engine, in any number.</p>
            <ul class="export-formats">
                {Object.entries(FORMATS).map(([format, label]) => (
                    <li key={format}>
                        <ButtonLink
                            icon="download"
                            to={exportPath(itemsPublicUrl, format, choice)}
                            download={`${name}.${format}`}
                        >
                            {label}
                        </ButtonLink>
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

function fieldsOf({ fields }: ItemsChoice): string[] {
    return fields.split(',').filter((field) => field !== '');
}

function exportWords(choice: ItemsChoice): string {
    const { length } = fieldsOf(choice);
    const words = [
        choice.view && `view “${choice.view}”`,
        length > 0 && (length === 1 ? 'one field' : `${length} fields`),
        choice.clean && 'without hidden fields and empty items',
        choice.desc && 'newest first',
    ].filter(Boolean);
    return words.length === 0 ? 'All items with all fields.' : `All items as shown: ${words.join(', ')}.`;
}

interface FieldsProps {
    readonly known: readonly string[];
    /** Empty for all. */
    readonly chosen: readonly string[];
    readonly onChoose: (fields: readonly string[]) => void;
}

function FieldsDialog({ known, chosen, onChoose }: FieldsProps) {
    const all = [...new Set([...chosen, ...known])];
    const [picked, pick] = useState<readonly string[]>(chosen.length === 0 ? all : chosen);
    const isAll = picked.length === all.length;
    // All of them are no choice: then fields that come later are shown too.
    const choose = (): void => onChoose(isAll ? [] : picked);
    return (
        <FormDialog title="Fields" verb="Show" isReady={picked.length > 0} onSubmit={choose}>
            {all.length === 0 && <p>No items, and therefore no fields.</p>}
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
        await apiAnswer(path, { method: 'POST', json: JSON.parse(text) as unknown });
        showDone('Items pushed.');
        props.onPushed();
    };
    return (
        <DraftButton
            button={{ icon: 'plus', children: 'Items' }}
            title="Push items"
            verb="Push"
            isWide
            begin={{ text: '' }}
            fields={[{ name: 'text', editor: 'json', title: 'An object, or an array of several', rows: 10 }]}
            onSubmit={push}
        />
    );
}
