import { messageOf } from '../api/api-error.js';
import { Value } from './value.js';

/** A short word at the edge of the page. Troubles stay until they are put away. */
export interface Toast {
    readonly id: number;
    readonly kind: 'done' | 'trouble';
    readonly text: string;
}

const SHOWN_MILLIS = 4_000;
const MOST = 4;

/** Those that are shown. */
export const toasts = new Value<readonly Toast[]>([]);
let lastId = 0;

/** Says that something was done. */
export function showDone(text: string): void {
    const id = add('done', text);
    window.setTimeout(() => removeToast(id), SHOWN_MILLIS);
}

/** Says what went wrong. */
export function showTrouble(error: unknown): void {
    const text = messageOf(error);
    if (!toasts.current.some((toast) => toast.text === text)) add('trouble', text);
}

export function removeToast(id: number): void {
    toasts.set(toasts.current.filter((toast) => toast.id !== id));
}

function add(kind: Toast['kind'], text: string): number {
    lastId += 1;
    toasts.set([...toasts.current.slice(1 - MOST), { id: lastId, kind, text }]);
    return lastId;
}
