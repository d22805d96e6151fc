import { messageOf } from '../api/api.js';
import { signal } from '@preact/signals';

/** A short message at the edge of the page. Troubles stay until the user dismisses them. */
interface Toast {
    readonly id: number;
    readonly kind: 'done' | 'trouble';
    readonly text: string;
}

const SHOWN_MILLIS = 4_000;
const MOST = 4;

export const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

export function showDone(text: string): void {
    const id = add('done', text);
    window.setTimeout(() => removeToast(id), SHOWN_MILLIS);
}

export function showError(error: unknown): void {
    const text = messageOf(error);
    if (!toasts.value.some((toast) => toast.text === text)) add('trouble', text);
}

export function removeToast(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function add(kind: Toast['kind'], text: string): number {
    lastId += 1;
    toasts.value = [...toasts.value.slice(1 - MOST), { id: lastId, kind, text }];
    return lastId;
}
