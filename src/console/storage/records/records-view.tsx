import { useState, useEffect, useRef } from 'preact/hooks';
import type { CursorList } from '../../api/cursor-list.js';
import { useQuery } from '../../router/query.js';
import { changeQuery } from '../../router/router.js';
import { useKeys, type KeyItem } from './read-record.js';
import { RecordEditor } from './record-editor.js';
import { RecordView } from './record-view.js';
import { publicPath } from './record.js';
import { Button } from '../../ui/button.js';
import { SearchField } from '../../ui/fields.js';
import { formatBytes } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Empty } from '../../ui/page.js';
import { Loading, Trouble } from '../../ui/resource-view.js';
import { useRowWindow } from '../../ui/use-window.js';

/** What is in a key-value store: its keys, and the record that is chosen, which is in the address. */
export function RecordsView({
    storeId,
    archiveUrl,
    version,
}: {
    storeId: string;
    /** Where all records are in one archive; signed. */
    archiveUrl: string | undefined;
    /** Another one when there may be other records. */
    version: number;
}) {
    const query = useQuery();
    const prefix = query.get('prefix') ?? '';
    const chosen = query.get('key') ?? undefined;
    const [changes, setChanges] = useState(0);
    const [isAdding, add] = useState(false);
    const keys = useKeys(storeId, prefix, version + changes);
    const again = (): void => setChanges((count) => count + 1);
    return (
        <section class="records" aria-label="Records">
            <div class="toolbar">
                <SearchField
                    value={prefix}
                    onChange={(text) => changeQuery({ prefix: text })}
                    label="Keys that begin with"
                />
                <Button kind="quiet" icon="refresh" label="Read the keys anew" onPress={again} />
                <span class="spring" />
                {archiveUrl !== undefined && (
                    <a class="button plain" href={publicPath(archiveUrl)} download>
                        <Icon name="download" />
                        All as ZIP
                    </a>
                )}
                <Button icon="plus" onPress={() => add(true)}>
                    Record
                </Button>
            </div>
            {keys.isWhole && keys.items.length === 0 ? (
                <NoRecords prefix={prefix} />
            ) : (
                <div class="records-panes">
                    {keys.items.length === 0 && keys.error === undefined && <Loading />}
                    <KeyList keys={keys} chosen={chosen} onChoose={(key) => changeQuery({ key })} />
                    {chosen === undefined ? (
                        <p class="record-none faint">Choose a record to see what is in it.</p>
                    ) : (
                        <RecordView
                            storeId={storeId}
                            recordKey={chosen}
                            version={version}
                            onChanged={again}
                            onGone={() => (changeQuery({ key: undefined }), again())}
                        />
                    )}
                </div>
            )}
            {isAdding && (
                <RecordEditor
                    storeId={storeId}
                    before={undefined}
                    onClose={() => add(false)}
                    onSaved={(key) => (add(false), again(), changeQuery({ key }))}
                />
            )}
        </section>
    );
}

function NoRecords({ prefix }: { prefix: string }) {
    if (prefix !== '') return <p class="faint">No key begins with “{prefix}”.</p>;
    return (
        <Empty title="There are no records" command="await Actor.setValue('OUTPUT', { hello: 'world' })">
            <p>What an Actor stores under a key is here, and what you put here an Actor can read.</p>
        </Empty>
    );
}

/** As the style sheet has it. */
const ROW_PIXELS = 32;
/** So far below what is seen more is read. */
const AHEAD_ROWS = 200;

/** The keys of a store, of any number; the arrows go from one to the next. */
export function KeyList({
    keys,
    chosen,
    onChoose,
}: {
    keys: CursorList<KeyItem>;
    chosen: string | undefined;
    onChoose: (key: string) => void;
}) {
    const element = useRef<HTMLDivElement>(null);
    const { items } = keys;
    const { first, end } = useRowWindow(element, { count: items.length, rowHeight: ROW_PIXELS, scrolls: 'element' });
    useEffect(() => keys.ensure(end + AHEAD_ROWS), [keys, end]);
    useEffect(() => {
        // Who goes through them by keys goes on from there.
        if (!element.current?.contains(document.activeElement)) return;
        element.current.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    }, [chosen]);
    const move = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const at = items.findIndex(({ key }) => key === chosen);
        const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
        if (next) onChoose(next.key);
    };
    return (
        <div class="key-list" ref={element} onKeyDown={move}>
            <ul style={{ height: `${items.length * ROW_PIXELS}px` }} aria-label="Keys">
                {items.slice(first, end).map(({ key, size }, index) => (
                    <li key={key} style={{ transform: `translateY(${(first + index) * ROW_PIXELS}px)` }}>
                        <button type="button" aria-current={key === chosen} title={key} onClick={() => onChoose(key)}>
                            <span class="key-name">{key}</span>
                            <span class="faint">{formatBytes(size)}</span>
                        </button>
                    </li>
                ))}
            </ul>
            {keys.error !== undefined && <Trouble error={keys.error} onRetry={() => keys.ensure(end + AHEAD_ROWS)} />}
        </div>
    );
}
