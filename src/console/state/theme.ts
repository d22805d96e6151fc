import { effect, signal } from '@preact/signals';
import { readStored, store } from './stored.js';

/** What the colours follow: the system, or the user's choice. */
export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = signal<Theme>(THEMES.find((known) => known === readStored('theme')) ?? 'system');

/** Applies the theme, now and at each change. */
export function applyTheme(): void {
    effect(() => {
        document.documentElement.dataset['theme'] = theme.value;
        store('theme', theme.value === 'system' ? undefined : theme.value);
    });
}

/** Takes the next theme: system, light, dark. */
export function switchTheme(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
}
