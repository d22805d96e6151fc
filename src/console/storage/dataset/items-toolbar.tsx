import { useState } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import type { DatasetInfo } from '../../api/json.js';
import { changeQuery } from '../../router/router.js';
import { showDone } from '../../state/toasts.js';
import { columnsOf, type ItemsChoice, type DatasetView, exportPath, exportUrl, FORMATS } from './items.js';
import { Button, CopyButton } from '../../ui/button.js';
import { Dialog, FormDialog } from '../../ui/dialog.js';
import { CodeField } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { parseJson } from '../../ui/parse-json.js';

type DialogName = 'export' | 'fields' | 'push';

/** How items are looked at: table or JSON, view, fields, order; and the way to have them as a file. */
export function ItemsToolbar({
    dataset,
    views,
    choice,
    isJson,
    items,
    onRefresh,
}: {
    dataset: DatasetInfo;
    views: readonly DatasetView[];
    choice: ItemsChoice;
    isJson: boolean;
    /** Those that are shown. */
    items: readonly unknown[];
    onRefresh: () => void;
}) {
    const [opened, open] = useState<DialogName>();
    const { view, fields, clean, desc } = choice;
    const close = (): void => open(undefined);
    return (
        <div class="toolbar" role="group" aria-label="Items">
            <div class="segmented">
                <Button kind="quiet" isPressed={!isJson} onPress={() => changeQuery({ as: undefined })}>
                    Table
                </Button>
                <Button kind="quiet" isPressed={isJson} onPress={() => changeQuery({ as: 'json' })}>
                    JSON
                </Button>
            </div>
            {views.length > 0 && (
                <select
                    aria-label="View"
                    value={view}
                    onChange={({ currentTarget }) =>
                        changeQuery({ view: currentTarget.value, fields: undefined, offset: undefined })
                    }
                >
                    <option value="">As stored</option>
                    {views.map(({ name, title }) => (
                        <option key={name} value={name}>
                            {title}
                        </option>
                    ))}
                </select>
            )}
            <Button kind="quiet" isPressed={fields.length > 0} onPress={() => open('fields')}>
                {fields.length === 0 ? 'Fields' : `Fields (${fields.length})`}
            </Button>
            <Button
                kind="quiet"
                isPressed={clean}
                title="Without hidden fields (#…) and empty items"
                onPress={() => changeQuery({ clean: clean ? undefined : '1' })}
            >
                Clean
            </Button>
            <Button
                kind="quiet"
                isPressed={desc}
                onPress={() => changeQuery({ desc: desc ? undefined : '1', offset: undefined })}
            >
                Newest first
            </Button>
            <Button kind="quiet" icon="refresh" label="Read the items anew" onPress={onRefresh} />
            <span class="spring" />
            <Button icon="download" onPress={() => open('export')}>
                Export
            </Button>
            <Button icon="plus" onPress={() => open('push')}>
                Items
            </Button>
            {opened !== undefined && (
                <OpenedDialog
                    name={opened}
                    dataset={dataset}
                    choice={choice}
                    items={items}
                    onClose={close}
                    onRefresh={onRefresh}
                />
            )}
        </div>
    );
}

function OpenedDialog({
    name,
    dataset,
    choice,
    items,
    onClose,
    onRefresh,
}: {
    name: DialogName;
    dataset: DatasetInfo;
    choice: ItemsChoice;
    items: readonly unknown[];
    onClose: () => void;
    onRefresh: () => void;
}) {
    switch (name) {
        case 'export':
            return <ExportDialog dataset={dataset} choice={choice} onClose={onClose} />;
        case 'fields':
            return (
                <FieldsDialog
                    known={dataset.fields.length > 0 ? dataset.fields : columnsOf(items).map(({ field }) => field)}
                    chosen={choice.fields}
                    onChoose={(chosen) => changeQuery({ fields: chosen.join(',') })}
                    onClose={onClose}
                />
            );
        case 'push':
            return (
                <PushDialog
                    datasetId={dataset.id}
                    onClose={onClose}
                    onPushed={() => {
                        onClose();
                        onRefresh();
                    }}
                />
            );
    }
}

/** The items as a file, in the format that one takes. */
export function ExportDialog({
    dataset,
    choice,
    onClose,
}: {
    dataset: DatasetInfo;
    choice: ItemsChoice;
    onClose: () => void;
}) {
    return (
        <Dialog title="Export the items" onClose={onClose}>
            <p>{whatIsExported(choice)} The browser downloads them from the engine itself, however many they are.</p>
            <ul class="export-formats">
                {FORMATS.map(({ format, label }) => (
                    <li key={format}>
                        <a
                            class="button plain"
                            href={exportPath(dataset.itemsPublicUrl, format, choice)}
                            download={`${dataset.name ?? dataset.id}.${format}`}
                        >
                            <Icon name="download" />
                            {label}
                        </a>
                    </li>
                ))}
            </ul>
            <p class="export-link">
                For other programs there is a link, which needs no token for two weeks.
                <CopyButton text={() => exportUrl(dataset.itemsPublicUrl, choice)} label="Copy the link" />
            </p>
        </Dialog>
    );
}

function whatIsExported({ view, fields, clean, desc }: ItemsChoice): string {
    const words = [
        view !== '' && `as the view “${view}” has them`,
        fields.length > 0 && `with ${fields.length === 1 ? 'one field' : `${fields.length} fields`}`,
        clean && 'without hidden fields and empty items',
        desc && 'newest first',
    ].filter(Boolean);
    return words.length === 0 ? 'All items, whole.' : `All items, ${words.join(', ')}, as they are shown.`;
}

/** Chooses which fields of items are shown, and exported. */
export function FieldsDialog({
    known,
    chosen,
    onChoose,
    onClose,
}: {
    known: readonly string[];
    /** Empty for all. */
    chosen: readonly string[];
    onChoose: (fields: readonly string[]) => void;
    onClose: () => void;
}) {
    const all = [...new Set([...chosen, ...known])];
    const [picked, pick] = useState<ReadonlySet<string>>(new Set(chosen.length === 0 ? all : chosen));
    const toggle = (field: string): void => {
        const next = new Set(picked);
        if (!next.delete(field)) next.add(field);
        pick(next);
    };
    const choose = (): void => {
        // All of them are no choice: then fields that come later are shown too.
        onChoose(picked.size === all.length ? [] : all.filter((field) => picked.has(field)));
        onClose();
    };
    return (
        <Dialog
            title="Fields"
            onClose={onClose}
            actions={
                <>
                    <Button onPress={() => pick(new Set(picked.size === all.length ? [] : all))}>
                        {picked.size === all.length ? 'None' : 'All'}
                    </Button>
                    <Button kind="primary" isDisabled={picked.size === 0} onPress={choose}>
                        Show
                    </Button>
                </>
            }
        >
            {all.length === 0 && <p>There is no item yet, and so no field.</p>}
            <ul class="field-choices">
                {all.map((field) => (
                    <li key={field}>
                        <label>
                            <input type="checkbox" checked={picked.has(field)} onChange={() => toggle(field)} /> {field}
                        </label>
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}

/** Pushes items to a dataset: one, or an array of several. */
export function PushDialog({
    datasetId,
    onClose,
    onPushed,
}: {
    datasetId: string;
    onClose: () => void;
    onPushed: () => void;
}) {
    const [text, setText] = useState('');
    const parsed = parseJson(text);
    const push = async (): Promise<void> => {
        const path = `/datasets/${encodeURIComponent(datasetId)}/items`;
        await apiAnswer(path, { method: 'POST', json: parsed.ok ? parsed.value : undefined });
        showDone('The items are stored.');
        onPushed();
    };
    return (
        <FormDialog title="Push items" verb="Push" isWide isReady={parsed.ok} onSubmit={push} onClose={onClose}>
            <CodeField
                label="An object, or an array of several"
                value={text}
                parsed={parsed}
                leastRows={10}
                onChange={setText}
            />
        </FormDialog>
    );
}
