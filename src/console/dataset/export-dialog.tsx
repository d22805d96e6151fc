import { CopyButton } from '../parts/copy.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { exportPath, exportUrl, FORMATS, type ItemsChoice } from './items-query.js';
import type { DatasetInfo } from '../api/json.js';
import type { JSX } from '../preact.js';

/** The items as a file, in the format that one takes. */
export function ExportDialog({
    dataset,
    choice,
    onClose,
}: {
    dataset: DatasetInfo;
    choice: ItemsChoice;
    onClose: () => void;
}): JSX.Element {
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
