import { cellOf } from './cell.js';
import type { JSX } from '../preact.js';
import type { CellFormat } from './views.js';

/** A value of an item in a table. All of it is text, whatever it looks like. */
export function CellView({ value, format }: { value: unknown; format?: CellFormat | undefined }): JSX.Element {
    const cell = cellOf(value, format);
    switch (cell.kind) {
        case 'absent':
            return <span class="faint" aria-label="no such field" />;
        case 'null':
            return <span class="faint">null</span>;
        case 'link':
            return (
                <a href={cell.url} target="_blank" rel="noreferrer noopener" title={cell.text}>
                    {cell.text}
                </a>
            );
        case 'image':
            return <img class="cell-image" src={cell.url} alt="" />;
        case 'json':
            return (
                <code class="cell-json" title={cell.text}>
                    {cell.text}
                </code>
            );
        default:
            return (
                <span
                    class={cell.kind === 'text' ? undefined : `json-${cell.kind === 'number' ? 'number' : 'null'}`}
                    title={cell.text}
                >
                    {cell.text}
                </span>
            );
    }
}
