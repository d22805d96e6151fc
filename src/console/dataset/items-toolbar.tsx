import { useState, type JSX } from '../preact.js';
import { Button } from '../parts/button.js';
import { changeQuery } from '../router/router.js';
import { columnsOf } from './columns.js';
import { ExportDialog } from './export-dialog.js';
import { FieldsDialog } from './fields-dialog.js';
import { PushDialog } from './push-dialog.js';
import type { DatasetInfo } from '../api/json.js';
import type { ItemsChoice } from './items-query.js';
import type { DatasetView } from './views.js';

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
}): JSX.Element {
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
}): JSX.Element {
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
