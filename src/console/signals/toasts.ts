import { messageOf } from '../api/api.js';
import { signal } from '@preact/signals';

/** A short message at the edge of the page. Errors stay until the user dismisses them. */
interface Toast {
    readonly id: number;
    readonly kind: 'success' | 'error';
    readonly text: string;
}

const SHOWN_MILLIS = 4_000;
const MAX_TOASTS = 4;

export const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

export function showSuccess(text: string): void {
    const id = add('success', text);
    window.setTimeout(() => removeToast(id), SHOWN_MILLIS);
}

export function showError(error: unknown): void {
    const text = messageOf(error);
    if (!toasts.value.some((toast) => toast.text === text)) add('error', text);
}

export function removeToast(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function add(kind: Toast['kind'], text: string): number {
    lastId += 1;
    toasts.value = [...toasts.value.slice(1 - MAX_TOASTS), { id: lastId, kind, text }];
    return lastId;
}
