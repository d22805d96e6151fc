import { effect, signal } from '@preact/signals';

/** Prefix of the keys in the browser's storage, which is per origin. The storage may be unavailable, as in private windows. */
const PREFIX = 'greenroom.';

/** Reads a stored text; undefined if it is missing. */
export function readStored(name: string): string | undefined {
    try {
        return localStorage.getItem(PREFIX + name) ?? undefined;
    } catch {
        return undefined;
    }
}

/** Stores a text under a name; undefined removes it. */
export function store(name: string, text: string | undefined): void {
    try {
        if (text === undefined) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, text);
    } catch {
        // The value then only lasts until the page is closed.
    }
}

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = signal<Theme>(THEMES.find((known) => known === readStored('theme')) ?? 'system');

export function applyTheme(): void {
    effect(() => {
        document.documentElement.dataset['theme'] = theme.value;
        store('theme', theme.value === 'system' ? undefined : theme.value);
    });
}

export function switchTheme(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
}
